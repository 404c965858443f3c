import type { IPCManager } from '../ipc/index.js';
import { expectCalls } from './consoleCalls.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { mapLauncherEvent } from './eventMapping.js';
import { LauncherClient } from './launcherClient.js';
import type { LauncherProcess } from './launcherProcess.js';
import type { Translation } from './pathMapping.js';
import type { LauncherProfile } from './profiles/launcherProfile.js';
import type { ProgramOutput } from './programOutput.js';

/** Where a launcher is heard, and what else comes of it. */
interface AttendedLauncher {
  readonly manager: IPCManager;
  readonly launcher: LauncherProcess;
  /** Undefined where it does not come here. */
  readonly output?: ProgramOutput;
}

/** Takes what a launcher says: its events go to the client, in the client's words. */
function attendLauncher(
  { manager, launcher, output }: AttendedLauncher,
  profile: LauncherProfile,
  translation: Translation,
  host: DebuggeeHost,
): LauncherClient {
  const client = new LauncherClient(manager, profile.createDialect(), (told) => {
    launcher.hear?.(told);
    if (told.event === 'consoleCalls') {
      if (output !== undefined) expectCalls(output, told.body, host.positions);
      return;
    }
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
