import type { IPCManager } from '../../ipc/index.js';
import { expectCalls } from '../output/consoleCalls.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { mapLauncherEvent } from './eventMapping.js';
import { LauncherConnection } from './launcherConnection.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import type { Translation } from '../translation/pathMapping.js';
import type { LauncherProfile } from '../profiles/launcherProfile.js';
import type { ProgramOutput } from '../output/programOutput.js';

/** Where a launcher is heard, and what else comes of it. */
interface AttendedLauncher {
  readonly manager: IPCManager;
  readonly launcher: LauncherProcess;
  /** Undefined where it does not come here. */
  readonly output?: ProgramOutput;
}

/** Takes what a launcher says: its events go to the client, in the client's words. */
export function attendLauncher(
  { manager, launcher, output }: AttendedLauncher,
  profile: LauncherProfile,
  translation: Translation,
  host: DebuggeeHost,
): LauncherConnection {
  const client = new LauncherConnection(manager, profile.createDialect(), (told) => {
    launcher.onEvent?.(told);
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
  void client.ended.then(() => launcher.onDisconnect?.());
  return client;
}
