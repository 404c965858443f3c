import { randomUUID } from 'node:crypto';
import { badLaunchArgument } from '../dap/dapErrors.js';
import { Debuggee } from '../debuggee/debuggee.js';
import type { DebuggeeParts } from '../debuggee/debuggee.js';
import { LauncherConnection } from '../debuggee/launcherConnection.js';
import { isTerminalClient } from '../debuggee/sessionServices.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { spawnLauncher } from '../process/spawnedLauncher.js';
import { profileOf } from '../profiles/profiles.js';
import { commandText } from './commandText.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import { withAlternative } from '../settings/launchTarget.js';
import type { SourceRoots } from '../translation/pathMapping.js';
import { ChildSessions } from './childSessions.js';
import { launchConnected } from './launchConnected.js';
import type { LaunchPlan } from './launchConnected.js';
import { launcherCommand } from './launcherCommand.js';
import { requireCommand } from './requireCommand.js';
import { requireTerminal, startInTerminal } from './terminalLauncher.js';

const NOTHING_TO_DEBUG =
  'Nothing was debugged: the command started no Node.js program of this user that could come to the debugger.\n';

/** The debuggee to launch, whichever process starts its launcher. */
interface DebuggeePlan extends Pick<
  DebuggeeParts,
  'startCommand' | 'profile' | 'reportsConsole' | 'sharesConsole'
> {
  readonly settings: LaunchPlan<Debuggee>['settings'] & DebuggeeParts['settings'];
  /** The rendezvous of the program's child processes. It is closed with the debuggee. */
  readonly children: ChildSessions | undefined;
  /** The directories of the sources on both machines. Default: the paths are the same. */
  readonly roots?: SourceRoots | undefined;
  /** As of {@link LaunchPlan}. */
  readonly output?: LaunchPlan<Debuggee>['output'];
}

/**
 * Listens, starts the launcher and waits until it has connected.
 *
 * @throws DapError with the reason of the failure; by then nothing that the launch made is left
 */
export async function launchDebuggee(given: LaunchArguments, services: SessionServices): Promise<Debuggee> {
  const canDebugChildren = services.clientSupports('supportsStartDebuggingRequest');
  const launch = canDebugChildren && !given.noDebug ? withAlternative(given) : given;
  if (launch.target.kind === 'command' && !launch.noDebug && !canDebugChildren)
    throw cannotDebugCommand(launch);
  if (launch.target.kind === 'command' && launch.reattachTimeoutMs !== undefined)
    throw cannotReattachCommand(launch);
  if (launch.target.kind === 'command') await requireCommand(launch.target.path);
  services.trace.hide(Object.values(launch.env).filter((value) => value !== null));
  requireTerminal(launch, services);
  if (launch.console === 'internalConsole' && !isTerminalClient(services)) {
    services.send('output', { category: 'console', output: `${launchText(launch)}\n` });
  }
  const children = await ChildSessions.open(childSettings(launch), services);
  const plan = { settings: launch, startCommand: 'launch', profile: profileOf(launch), children } as const;
  return launchDebuggeeBy(plan, services, (listening, launcherEnv) => {
    const endpoint = [...listening.launcherArgs, ...(children?.launcherOptions ?? [])];
    const command = launcherCommand(launch, endpoint, randomUUID());
    return launch.console === 'internalConsole'
      ? spawnLauncher(command, launch, { ...listening, env: launcherEnv }, services.warmLaunchers)
      : startInTerminal(command, { ...launch, console: launch.console }, launcherEnv, services);
  });
}

/** Undefined if children are not debugged: only this package's launcher can, and only with a debugger. */
function childSettings({ launcher, noDebug, target, children, programs }: LaunchArguments) {
  if (launcher !== undefined || noDebug) return undefined;
  return target.kind === 'command' ? programs : children;
}

/** The command line that the launch stands for, without the launcher in between. */
function launchText({ target, launcher, runtimeExecutable, runtimeArgs }: LaunchArguments): string {
  if (target.kind === 'command') return commandText([target.path, ...target.args]);
  const host = launcher ?? { command: runtimeExecutable, args: runtimeArgs };
  return commandText([host.command, ...host.args, target.path, ...target.args]);
}

function cannotDebugCommand({ target }: LaunchArguments): Error {
  const line = commandText([target.path, ...target.args]);
  return badLaunchArgument(
    `"${line}" is a command whose programs are debugged in sessions of their own, and this client does not start ` +
      'them (it did not say supportsStartDebuggingRequest). Give the file that the command runs as "program", and ' +
      'leave out "runtimeExecutable" and its "runtimeArgs".',
  );
}

function cannotReattachCommand({ target }: LaunchArguments): Error {
  const line = commandText([target.path, ...target.args]);
  return badLaunchArgument(
    `"keepRunning": "reattach" is for a program, and "${line}" is a command that starts programs. Give the file that ` +
      'the command runs as "program", or "keepRunning": true.',
  );
}

/**
 * Listens, has a launcher started and waits until it has connected.
 *
 * @param start starts the launcher, or asks another process to start it
 * @throws DapError with the reason of the failure; by then nothing that the launch made is left
 */
export async function launchDebuggeeBy(
  { children, roots, output, ...plan }: DebuggeePlan,
  services: SessionServices,
  start: LaunchPlan<Debuggee>['start'],
): Promise<Debuggee> {
  const { settings, profile } = plan;
  const connect: LaunchPlan<Debuggee>['connect'] = (connected) => {
    const view = services.createView(roots);
    const connection = new LauncherConnection(connected, profile.createDialect(), view, services);
    children?.outputs.useOutput(connected.output);
    const parts = { ...plan, ...connected, connection, view, childOutputs: children?.outputs };
    const remark = (): string | undefined =>
      settings.target?.kind === 'command' && children?.hasAny === false ? NOTHING_TO_DEBUG : undefined;
    return { receive: connection.receive, onConnected: () => new Debuggee({ ...parts, remark }, services) };
  };
  try {
    const debuggee = await launchConnected({ settings, start, connect, output }, services);
    services.faults.watch(debuggee.ended.finally(() => children?.close()));
    return debuggee;
  } catch (error) {
    await children?.close();
    throw error;
  }
}
