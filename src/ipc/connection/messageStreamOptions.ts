import type { Limits } from '../core/limits.js';
import type { LauncherExit } from '../core/peerProcess.js';
import type { Framing } from '../framing/framing.js';
import type { PayloadCodec } from '../framing/payloadCodec.js';

export interface MessageStreamOptions<T, Sent = T> extends Limits {
  readonly onFull: 'wait' | 'error';
  readonly framing: Framing;
  readonly codec: PayloadCodec<T, Sent>;
  /**
   * True if both ends say goodbye after their last message. The stream's end without a goodbye is then a lost
   * connection, and each end waits for the other's goodbye before it ends its direction of the stream, so it need not
   * be one that can end in one direction, as a pipe of Windows cannot. Default false: the stream's end is the end.
   */
  readonly saysBye?: boolean | undefined;
  /**
   * Resolves with the end of the peer's process, or undefined if it runs on: called once, when the peer has
   * ended the connection. Until it resolves, the end is not reported. Default: the end is reported at once.
   */
  readonly peerExit?: (() => Promise<LauncherExit | undefined>) | undefined;
}
