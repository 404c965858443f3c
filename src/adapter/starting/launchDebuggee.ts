import { randomUUID } from 'node:crypto';
import { attendLauncher } from '../debuggee/launcherEvents.js';
import { ChildSessions } from './childSessions.js';
import { Debuggee } from '../debuggee/debuggee.js';
import type { DebuggeeHost, DebuggeeParts } from '../debuggee/debuggeeHost.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import { launchConnected } from './launchConnected.js';
import type { LaunchPlan } from './launchConnected.js';
import { launcherCommand } from './launcherCommand.js';
import { SAME } from '../translation/pathMapping.js';
import { profileOf } from '../profiles/profiles.js';
import { spawnLauncher } from '../process/spawnedLauncher.js';
import { requireTerminal, startInTerminal } from './terminalLauncher.js';

/** What is to be debugged, whoever starts it. */
interface DebuggeePlan extends Pick<DebuggeeParts, 'begins' | 'profile'> {
  readonly settings: LaunchPlan<Debuggee>['settings'] & DebuggeeParts['launch'];
  /** Where its children come to; belongs to it. */
  readonly children: ChildSessions | undefined;
}

/**
 * Listens, starts the launcher and waits for it to connect.
 *
 * @throws DapError that says who failed and why; by then nothing that was made for the launch is left
 */
export async function launchDebuggee(launch: LaunchArguments, host: DebuggeeHost): Promise<Debuggee> {
  requireTerminal(launch, host);
  const children = await ChildSessions.open(debugsChildren(launch) ? launch.children : undefined, host);
  const plan = { settings: launch, begins: 'launch', profile: profileOf(launch), children } as const;
  return launchDebuggeeBy(plan, host, (listening, launcherEnv) => {
    const endpoint = [...listening.launcherArgs, ...(children?.launcherOptions ?? [])];
    const command = launcherCommand(launch, endpoint, randomUUID());
    return launch.console === 'internalConsole'
      ? spawnLauncher(command, launch, listening, launcherEnv)
      : startInTerminal(command, { ...launch, console: launch.console }, launcherEnv, host);
  });
}

/** Children are debugged by the launcher of this package alone, and with a debugger. */
function debugsChildren({ launcher, noDebug }: LaunchArguments): boolean {
  return launcher === undefined && !noDebug;
}

/**
 * Listens, has a launcher started and waits for it to connect.
 *
 * @param start starts it, or has it started
 * @throws DapError that says who failed and why; by then nothing that was made for it is left
 */
export async function launchDebuggeeBy(
  { settings, children, ...plan }: DebuggeePlan,
  host: DebuggeeHost,
  start: LaunchPlan<Debuggee>['start'],
): Promise<Debuggee> {
  const attend: LaunchPlan<Debuggee>['attend'] = (connected) => {
    const client = attendLauncher(connected, plan.profile, SAME, host);
    const parts = { launch: settings, ...plan, client, translation: SAME, ...connected };
    return { receive: (message) => client.receive(message), onConnected: () => new Debuggee(parts, host) };
  };
  try {
    const debuggee = await launchConnected({ settings, start, attend }, host);
    void debuggee.ended.then(() => children?.close());
    return debuggee;
  } catch (error) {
    await children?.close();
    throw error;
  }
}
