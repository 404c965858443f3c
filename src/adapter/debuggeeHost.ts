import type { IPCManager, Logger } from '../ipc/index.js';
import type { LaunchArguments } from './launchArguments.js';
import type { LauncherClient } from './launcherClient.js';
import type { LauncherProcess } from './launcherProcess.js';
import type { OutputRelay, OutputSink } from './outputRelay.js';
import type { ClientPositions } from './positions.js';
import type { LauncherProfile } from './profiles/launcherProfile.js';

/** What a debuggee needs of the session that it belongs to. */
interface DebuggeeHost {
  /** Sends the client an event. */
  readonly send: (event: string, body?: object) => void;
  /** Takes the program's output. */
  readonly output: OutputSink;
  readonly positions: ClientPositions;
  readonly logger: Logger;
  /** Aborted when the session ends before the launch is through. */
  readonly signal: AbortSignal;
}

/** Everything that one launch has made; the debuggee owns it and ends it. */
interface DebuggeeParts {
  readonly launch: LaunchArguments;
  readonly profile: LauncherProfile;
  readonly manager: IPCManager;
  readonly launcher: LauncherProcess;
  readonly client: LauncherClient;
  readonly output: OutputRelay;
}

export type { DebuggeeHost, DebuggeeParts };
