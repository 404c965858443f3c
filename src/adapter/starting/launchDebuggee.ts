import { randomUUID } from 'node:crypto';
import { Debuggee } from '../debuggee/debuggee.js';
import type { DebuggeeParts } from '../debuggee/debuggee.js';
import { LauncherConnection } from '../debuggee/launcherConnection.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { spawnLauncher } from '../process/spawnedLauncher.js';
import { profileOf } from '../profiles/profiles.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import type { SourceRoots } from '../translation/pathMapping.js';
import { ChildSessions } from './childSessions.js';
import { launchConnected } from './launchConnected.js';
import type { LaunchPlan } from './launchConnected.js';
import { launcherCommand } from './launcherCommand.js';
import { requireTerminal, startInTerminal } from './terminalLauncher.js';

/** The debuggee to launch, whichever process starts its launcher. */
interface DebuggeePlan extends Pick<DebuggeeParts, 'startCommand' | 'profile'> {
  readonly settings: LaunchPlan<Debuggee>['settings'] & DebuggeeParts['settings'];
  /** The rendezvous of the program's child processes. It is closed with the debuggee. */
  readonly children: ChildSessions | undefined;
  /** The directories of the sources on both machines. Default: the paths are the same. */
  readonly roots?: SourceRoots | undefined;
}

/**
 * Listens, starts the launcher and waits until it has connected.
 *
 * @throws DapError with the reason of the failure; by then nothing that the launch made is left
 */
export async function launchDebuggee(launch: LaunchArguments, services: SessionServices): Promise<Debuggee> {
  requireTerminal(launch, services);
  const childSettings = debugsChildren(launch) ? launch.children : undefined;
  const children = await ChildSessions.open(childSettings, services);
  const plan = { settings: launch, startCommand: 'launch', profile: profileOf(launch), children } as const;
  return launchDebuggeeBy(plan, services, (listening, launcherEnv) => {
    const endpoint = [...listening.launcherArgs, ...(children?.launcherOptions ?? [])];
    const command = launcherCommand(launch, endpoint, randomUUID());
    return launch.console === 'internalConsole'
      ? spawnLauncher(command, launch, listening, launcherEnv)
      : startInTerminal(command, { ...launch, console: launch.console }, launcherEnv, services);
  });
}

/** True if child processes are debugged: only this package's launcher can, and only with a debugger. */
function debugsChildren({ launcher, noDebug }: LaunchArguments): boolean {
  return launcher === undefined && !noDebug;
}

/**
 * Listens, has a launcher started and waits until it has connected.
 *
 * @param start starts the launcher, or asks another process to start it
 * @throws DapError with the reason of the failure; by then nothing that the launch made is left
 */
export async function launchDebuggeeBy(
  { children, roots, ...plan }: DebuggeePlan,
  services: SessionServices,
  start: LaunchPlan<Debuggee>['start'],
): Promise<Debuggee> {
  const { settings, profile } = plan;
  const connect: LaunchPlan<Debuggee>['connect'] = (connected) => {
    const view = services.createView(roots);
    const connection = new LauncherConnection(connected, profile.createDialect(), view, services);
    const parts = { ...plan, ...connected, connection, view };
    return { receive: connection.receive, onConnected: () => new Debuggee(parts, services) };
  };
  try {
    const debuggee = await launchConnected({ settings, start, connect }, services);
    services.faults.watch(debuggee.ended.finally(() => children?.close()));
    return debuggee;
  } catch (error) {
    await children?.close();
    throw error;
  }
}
