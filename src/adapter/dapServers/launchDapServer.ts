import { launchConnected } from '../starting/launchConnected.js';
import { spawnLauncher } from '../process/spawnedLauncher.js';
import { DapDebuggee } from './dapDebuggee.js';
import type { DapHost } from './dapDebuggee.js';
import type { DapLaunch } from './dapLaunch.js';
import { DapServer } from './dapServer.js';
import { EventGate } from './eventGate.js';
import { fillPlaceholders } from './placeholders.js';

/**
 * Listens, starts a DAP server with the endpoint in its arguments, and waits for it to connect. A client that
 * does not keep up stops the server.
 *
 * @throws DapError that says who failed and why; by then nothing that was made for the launch is left
 */
export function launchDapServer(launch: DapLaunch, host: DapHost): Promise<DapDebuggee> {
  const { command, args } = launch.server;
  return launchConnected(
    {
      settings: launch,
      start: (listening, launcherEnv) => {
        const filled = { command, args: fillPlaceholders(args, listening.endpoint) };
        return spawnLauncher(filled, launch, listening, launcherEnv);
      },
      attend: (connected) => {
        const server = new DapServer(connected.manager, host.client, host.logger);
        const gate = new EventGate((message) => server.receive(message));
        return {
          receive: (message) => {
            gate.take(message);
            return host.output.hasRoom();
          },
          paced: true,
          onConnected: () => new DapDebuggee({ launch, server, gate, ...connected }, host),
        };
      },
    },
    host,
  );
}
