import { basename } from 'node:path';
import { toError } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { ExternalLauncher } from '../process/externalLauncher.js';
import { startedWith } from '../process/peerProof.js';
import { newSessionMarker } from '../process/sessionMarker.js';
import type { LaunchArguments, LauncherCommand } from '../settings/launchArguments.js';
import type { LauncherProcess } from '../process/launcherProcess.js';

type Terminal = Exclude<LaunchArguments['console'], 'internalConsole'>;

/** The names of the terminals in DAP. */
const KINDS: Readonly<Record<Terminal, string>> = {
  integratedTerminal: 'integrated',
  externalTerminal: 'external',
};

/** @throws DapError if the launch asks for a terminal and the client or the transport does not support one */
export function requireTerminal({ console, ipc }: LaunchArguments, services: SessionServices): void {
  if (console === 'internalConsole') return;
  if (!services.clientSupports('supportsRunInTerminalRequest')) {
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
 * Asks the client to start a launcher in a terminal. If the client refuses, the launcher's `exited` settles with an
 * error, as for a launcher that cannot be started.
 *
 * @param launcherEnv the variables that the endpoint needs
 */
export function startInTerminal(
  { command, args }: LauncherCommand,
  launch: LaunchArguments & { readonly console: Terminal },
  launcherEnv: Readonly<Record<string, string>>,
  services: SessionServices,
): LauncherProcess {
  const marker = newSessionMarker();
  const launcher = new ExternalLauncher({ proof: startedWith(marker.text), marker: marker.text });
  const { target, cwd, env } = launch;
  const request = {
    kind: KINDS[launch.console],
    title: basename(target.path),
    cwd,
    args: [command, ...args],
    env: { ...env, ...launcherEnv, ...marker.env },
  };
  // No deadline for the response, which may never come: the launcher's connection has one.
  services.reverseRequests.send('runInTerminal', request, Infinity).catch((error: unknown) => {
    launcher.fail(toError(error));
  });
  return launcher;
}
