import { launcherFile } from '../../processes/launcherFile.js';
import type { LaunchArguments, LauncherCommand } from '../settings/launchArguments.js';
import { profileOf } from '../profiles/profiles.js';

function programArguments(launch: LaunchArguments): string[] {
  return [
    // A launcher of the user gets programs only.
    launch.target.kind === 'program' ? '--program' : `--${launch.target.kind}`,
    launch.target.path,
    // Joined by "=", so that the launcher does not read an argument "-x" of the program as its option.
    ...launch.target.args.map((arg) => `--arg=${arg}`),
    ...(launch.stopOnEntry ? ['--stop-on-entry'] : []),
    ...(launch.noDebug ? ['--no-debug'] : []),
    ...profileOf(launch).extraOptions(launch),
  ];
}

/**
 * Makes the launcher's command line.
 *
 * @param endpoint the arguments that name the endpoint, from `IPCManager.createListener`
 */
export function launcherCommand(
  launch: LaunchArguments,
  endpoint: readonly string[],
  sessionId: string,
): LauncherCommand {
  const appended = [...endpoint, ...programArguments(launch), '--session-id', sessionId];
  if (launch.launcher !== undefined) {
    return { command: launch.launcher.command, args: [...launch.launcher.args, ...appended] };
  }
  return { command: launch.runtimeExecutable, args: [...launch.runtimeArgs, launcherFile(), ...appended] };
}
