import type { IPCManager, Logger, Message } from '../../ipc/index.js';
import type { Stop } from '../debugger/execution/stop.js';
import type { DebuggedProgram } from '../link/debuggedProgram.js';
import type { LauncherOptions } from '../options/launcherOptions.js';

/** The connection to an adapter. The launcher has made it, or accepted it. */
export type AdapterConnection = Pick<IPCManager, 'sendMessage' | 'cleanup' | 'closed'>;

/** A session whose adapter was lost, and which holds the program at its stop. */
export interface EarlierSession {
  /** The stops of the threads, by the names of the threads. Empty if the session holds nothing. */
  readonly heldStops: Map<string, Stop>;
  /** Lets go of the program, because another session has it now. */
  letGo(): Promise<void>;
}

/** The parts of a session. The session owns the end of the manager, and the debugger. */
export interface SessionParts {
  readonly program: DebuggedProgram;
  readonly options: LauncherOptions;
  readonly manager: AdapterConnection;
  readonly logger: Logger;
  /** Starts to pass the adapter's messages to `handler`. Requires a connection. */
  read(handler: (message: Message) => void): void;
  /** Connects to the adapter. Undefined if the connection exists already. */
  connect?: (() => Promise<void>) | undefined;
  /** Does what must be done before the program is asked to end: it may end at once. */
  readonly beforeEnd?: (() => Promise<void>) | undefined;
  /** The session before, if there was one. This one takes over what it holds. */
  readonly previous?: EarlierSession | undefined;
  /** True to report the program's console calls, because the user does not get its output. Default false. */
  readonly reportsConsole?: boolean;
}
