import { randomUUID } from 'node:crypto';
import { attendLauncher } from './attendLauncher.js';
import { Debuggee } from './debuggee.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import type { LaunchArguments } from './launchArguments.js';
import { launchConnected } from './launchConnected.js';
import { launcherCommand } from './launcherCommand.js';
import { SAME } from './pathMapping.js';
import { profileOf } from './profiles/profiles.js';
import { spawnLauncher } from './spawnedLauncher.js';
import { requireTerminal, startInTerminal } from './terminalLauncher.js';

/**
 * Listens, starts the launcher and waits for it to connect.
 *
 * @throws DapError that says who failed and why; by then nothing that was made for the launch is left
 */
async function launchDebuggee(launch: LaunchArguments, host: DebuggeeHost): Promise<Debuggee> {
  requireTerminal(launch, host);
  const profile = profileOf(launch);
  return launchConnected(
    {
      settings: launch,
      start: (listening, launcherEnv) => {
        const command = launcherCommand(launch, listening.launcherArgs, randomUUID());
        return launch.console === 'internalConsole'
          ? spawnLauncher(command, launch, listening, launcherEnv)
          : startInTerminal(command, { ...launch, console: launch.console }, launcherEnv, host);
      },
      attend: (connected) => {
        const client = attendLauncher(connected, profile, SAME, host);
        return {
          receive: (message) => client.receive(message),
          whenIn: () =>
            new Debuggee(
              { launch, begins: 'launch', profile, client, translation: SAME, ...connected },
              host,
            ),
        };
      },
    },
    host,
  );
}

export { launchDebuggee };
