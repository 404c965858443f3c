import { LAUNCHER_PATH } from '../../commandLine/ownPrograms.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import { profileOf } from '../profiles/profiles.js';

/** What is started to debug a program. */
export interface LauncherCommand {
  readonly command: string;
  readonly args: readonly string[];
}

function programArguments(launch: LaunchArguments): string[] {
  return [
    '--program',
    launch.program,
    // Joined by "=", so that a program's own "-x" is not read as an option of the launcher.
    ...launch.args.map((arg) => `--arg=${arg}`),
    ...(launch.stopOnEntry ? ['--stop-on-entry'] : []),
    ...(launch.noDebug ? ['--no-debug'] : []),
    ...profileOf(launch).ownOptions(launch),
  ];
}

/**
 * The launcher's command line.
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
  return { command: launch.runtimeExecutable, args: [...launch.runtimeArgs, LAUNCHER_PATH, ...appended] };
}

/** The launcher's environment: the adapter's, with what the launch asked for, and what the endpoint needs. */
export function launcherEnvironment(
  { env: asked }: Pick<LaunchArguments, 'env'>,
  endpoint: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(asked)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return { ...env, ...endpoint };
}
