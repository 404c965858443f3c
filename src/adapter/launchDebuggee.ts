import { randomUUID } from 'node:crypto';
import { Debuggee } from './debuggee.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { mapLauncherEvent } from './eventMapping.js';
import type { LaunchArguments } from './launchArguments.js';
import { launchConnected } from './launchConnected.js';
import type { Connected } from './launchConnected.js';
import { LauncherClient } from './launcherClient.js';
import { launcherCommand } from './launcherCommand.js';
import { profileOf } from './profiles/profiles.js';
import type { LauncherProfile } from './profiles/launcherProfile.js';
import { spawnLauncher } from './spawnedLauncher.js';
import { requireTerminal, startInTerminal } from './terminalLauncher.js';

function clientOf(
  { manager, launcher }: Connected,
  profile: LauncherProfile,
  host: DebuggeeHost,
): LauncherClient {
  const client = new LauncherClient(manager, profile.createDialect(), (told) => {
    launcher.hear?.(told);
    const mapped = mapLauncherEvent(told.event, told.body, host.positions);
    if (mapped === undefined)
      host.logger.debug({ event: told.event }, 'launcher event with nothing for the client');
    else host.send(mapped.event, mapped.body);
  });
  void client.ended.then(() => launcher.fallSilent?.());
  return client;
}

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
        const client = clientOf(connected, profile, host);
        return {
          receive: (message) => client.receive(message),
          whenIn: () => new Debuggee({ launch, profile, client, ...connected }, host),
        };
      },
    },
    host,
  );
}

export { launchDebuggee };
