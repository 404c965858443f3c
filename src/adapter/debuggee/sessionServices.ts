import type { Logger, Message } from '../../ipc/index.js';
import type { DapWriter } from '../dap/dapWriter.js';
import type { SessionFaults } from '../dap/sessionFaults.js';
import type { ReverseRequests } from '../dap/reverseRequests.js';
import type { OutputSink } from '../output/outputSink.js';
import type { ClientView } from '../translation/clientView.js';
import type { WarmLaunchers } from '../process/warmLaunchers.js';
import type { SourceRoots } from '../translation/pathMapping.js';
import type { SendEvent } from './debuggeeEvents.js';
import type { SessionTrace } from './sessionTrace.js';

/** A capability that a client may announce in `initialize`. */
export type ClientCapability =
  'supportsRunInTerminalRequest' | 'supportsStartDebuggingRequest' | 'supportsANSIStyling';

/** The name by which this package's own front-end, in a terminal, introduces itself. */
const TERMINAL_CLIENT = 'debug-adapter-ipc';

/** True if the client shows the user by itself what runs and how it ends: a front-end in the user's terminal. */
export function isTerminalClient({
  initializeArguments,
}: Pick<SessionServices, 'initializeArguments'>): boolean {
  return initializeArguments.clientID === TERMINAL_CLIENT;
}

/** The services of a session for its debuggee, which runs in a launcher or in a DAP server. */
export interface SessionServices {
  /** Sends the client an event. */
  readonly send: SendEvent;
  /** Writes messages that have their `seq` already, as a relay does. */
  readonly writer: DapWriter;
  /** Sends requests to the client. */
  readonly reverseRequests: ReverseRequests;
  /** Takes the program's output. */
  readonly output: OutputSink;
  readonly logger: Logger;
  /** Launchers that are started already. Undefined: each launch starts one. */
  readonly warmLaunchers: WarmLaunchers | undefined;
  /** Records the session, if that is asked for. */
  readonly trace: SessionTrace;
  /** The longest message of a launcher, in bytes. */
  readonly maxFrameBytes: number;
  /** Takes errors that nothing else handles: they end the session. */
  readonly faults: SessionFaults;
  /** The arguments of the client's `initialize`. */
  readonly initializeArguments: Message;
  /** Aborted when the session ends before the launch has succeeded. */
  readonly signal: AbortSignal;
  /** True if the client announced this capability in `initialize`. */
  clientSupports(capability: ClientCapability): boolean;
  /** Creates the translation for a launcher. @param roots the directories of the sources, if they differ */
  createView(roots?: SourceRoots): ClientView;
}
