import type { IPCManager } from '../ipc/index.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { mapLauncherEvent } from './eventMapping.js';
import { LauncherClient } from './launcherClient.js';
import type { LauncherProcess } from './launcherProcess.js';
import type { Translation } from './pathMapping.js';
import type { LauncherProfile } from './profiles/launcherProfile.js';

/** Takes what a launcher says: its events go to the client, in the client's words. */
function attendLauncher(
  { manager, launcher }: { readonly manager: IPCManager; readonly launcher: LauncherProcess },
  profile: LauncherProfile,
  translation: Translation,
  host: DebuggeeHost,
): LauncherClient {
  const client = new LauncherClient(manager, profile.createDialect(), (told) => {
    launcher.hear?.(told);
    const mapped = mapLauncherEvent(told.event, told.body, host.positions);
    if (mapped === undefined) {
      host.logger.debug({ event: told.event }, 'launcher event with nothing for the client');
    } else {
      const { event, body } = mapped;
      host.send(event, body && host.breakpointIds.toClient(translation.toClient(body)));
    }
  });
  void client.ended.then(() => launcher.fallSilent?.());
  return client;
}

export { attendLauncher };
