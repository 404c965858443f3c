import type { SessionServices } from '../debuggee/sessionServices.js';
import { spawnLauncher } from '../process/spawnedLauncher.js';
import { launchConnected } from '../starting/launchConnected.js';
import { DapDebuggee } from './dapDebuggee.js';
import type { DapLaunch } from './dapLaunch.js';
import { DapServer } from './dapServer.js';
import { readServerMessage } from './serverMessage.js';
import { EventHold } from './eventHold.js';
import { fillPlaceholders } from './placeholders.js';

/**
 * Listens, starts a DAP server with the endpoint in its arguments, and waits until it has connected. A client that
 * reads slowly slows the server down.
 *
 * @throws DapError with the reason of the failure; by then nothing that the launch made is left
 */
export function launchDapServer(launch: DapLaunch, services: SessionServices): Promise<DapDebuggee> {
  const { command, args } = launch.server;
  return launchConnected(
    {
      settings: launch,
      start: (listening, launcherEnv) => {
        const filled = { command, args: fillPlaceholders(args, listening.endpoint) };
        return spawnLauncher(filled, launch, { ...listening, env: launcherEnv });
      },
      connect: (connected) => {
        const server = new DapServer(connected.manager, services);
        const events = new EventHold((message) => server.receive(message));
        return {
          receive: (message) => {
            events.receive(readServerMessage(message));
            return services.output.hasRoom();
          },
          paced: true,
          onConnected: () => new DapDebuggee({ launch, server, events, ...connected }, services),
        };
      },
    },
    services,
  );
}
