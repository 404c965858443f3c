import { basename } from 'node:path';
import { toError } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import { ExternalLauncher } from '../process/externalLauncher.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import type { LauncherCommand } from './launcherCommand.js';
import type { LauncherProcess } from '../process/launcherProcess.js';

type Terminal = Exclude<LaunchArguments['console'], 'internalConsole'>;

/** What the protocol calls them. */
const KINDS: Readonly<Record<Terminal, string>> = {
  integratedTerminal: 'integrated',
  externalTerminal: 'external',
};

/** @throws DapError where a terminal is asked for, and this client, or this transport, cannot do with one */
export function requireTerminal({ console, ipc }: LaunchArguments, host: DebuggeeHost): void {
  if (console === 'internalConsole') return;
  if (!host.clientDoes('supportsRunInTerminalRequest')) {
    throw badLaunchArgument(
      `"console" is "${console}", and this client does not run programs in a terminal (it did not say ` +
        'supportsRunInTerminalRequest). Leave "console" out, or set it to "internalConsole".',
    );
  }
  if (ipc.transport?.trim().toLowerCase() === 'fd') {
    throw badLaunchArgument(
      `"ipc.transport" is "fd", and a program in a terminal ("console" is "${console}") inherits nothing from ` +
        'this adapter. Leave "ipc.transport" out, or "console".',
    );
  }
}

/**
 * Has the client start a launcher in a terminal. A client that refuses shows in the launcher's `exited`, as a
 * launcher that cannot be started does.
 *
 * @param launcherEnv what its environment must carry for the endpoint
 */
export function startInTerminal(
  { command, args }: LauncherCommand,
  launch: LaunchArguments & { readonly console: Terminal },
  launcherEnv: Readonly<Record<string, string>>,
  host: DebuggeeHost,
): LauncherProcess {
  const launcher = new ExternalLauncher();
  const { program, cwd, env } = launch;
  const request = {
    kind: KINDS[launch.console],
    title: basename(program),
    cwd,
    args: [command, ...args],
    env: { ...env, ...launcherEnv },
  };
  // Its answer may come late or never: what counts is that the launcher connects, and that has a deadline.
  host.askClient('runInTerminal', request, Infinity).catch((error: unknown) => {
    launcher.fail(toError(error));
  });
  return launcher;
}
