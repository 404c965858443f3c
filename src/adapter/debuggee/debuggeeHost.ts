import type { IPCManager, Logger, Message } from '../../ipc/index.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import type { LauncherConnection } from './launcherConnection.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import type { BreakpointIds } from '../translation/breakpointIds.js';
import type { Translation } from '../translation/pathMapping.js';
import type { ProgramOutput } from '../output/programOutput.js';
import type { OutputSink } from '../output/outputRelay.js';
import type { ClientPositions } from '../translation/positions.js';
import type { LauncherProfile } from '../profiles/launcherProfile.js';

/** What a client may say in `initialize` that it does for an adapter. */
export type ClientCapability = 'supportsRunInTerminalRequest' | 'supportsStartDebuggingRequest';

/** What a debuggee needs of the session that it belongs to. */
export interface DebuggeeHost {
  /** Sends the client an event. */
  readonly send: (event: string, body?: object) => void;
  /** Takes the program's output. */
  readonly output: OutputSink;
  readonly positions: ClientPositions;
  /**
   * Asks the client for something, as {@link ClientRequests.ask}.
   *
   * @throws DapError if it refuses, does not answer in time or has gone
   */
  readonly askClient: (command: string, args: Message, timeoutMs?: number) => Promise<Message>;
  /** Whether the client said in `initialize` that it does this. */
  readonly clientDoes: (capability: ClientCapability) => boolean;
  /** The session's numbers of breakpoints, beyond one launcher. */
  readonly breakpointIds: BreakpointIds;
  readonly logger: Logger;
  /** Aborted when the session ends before the launch is through. */
  readonly signal: AbortSignal;
}

/** As much of the arguments of a launch as its debuggee goes by. */
export type DebuggeeSettings = Pick<
  LaunchArguments,
  'noDebug' | 'keepRunning' | 'launchTimeoutMs' | 'terminateTimeoutMs' | 'debugSettings'
> & {
  /** Ask the client to begin anew when the program is gone. Default false. */
  readonly restart?: boolean;
};

/** Everything that one launch has made; the debuggee owns it and ends it. */
export interface DebuggeeParts {
  readonly launch: DebuggeeSettings;
  /** The command by which the launcher is told that the session begins. */
  readonly begins: 'launch' | 'attach';
  readonly profile: LauncherProfile;
  readonly manager: IPCManager;
  readonly launcher: LauncherProcess;
  readonly client: LauncherConnection;
  readonly translation: Translation;
  readonly output: ProgramOutput;
}
