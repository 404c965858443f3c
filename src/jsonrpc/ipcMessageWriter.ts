import { AbstractMessageWriter } from 'vscode-jsonrpc/node';
import type { Message as RpcMessage, MessageWriter } from 'vscode-jsonrpc/node';
import { toError } from '../ipc/index.js';
import type { Link } from './link.js';
import type { PendingRequests } from './pendingRequests.js';

/** Writes JSON-RPC messages to a connection, and ends it on `end`. Disposing lets go of its listeners only. */
export class IpcMessageWriter extends AbstractMessageWriter implements MessageWriter {
  /** The newest promise of a send that is looked after. */
  private watched: Promise<void> | undefined;
  private failuresInRow = 0;

  constructor(
    private readonly link: Link,
    private readonly pending: PendingRequests,
  ) {
    super();
  }

  /**
   * Sends a message; resolves when the kernel has it, which is the back-pressure. A send that fails is told to
   * `onError` as well, and concerns no other message unless the connection is over.
   *
   * @throws IpcError as `ConnectionBase.writeMessage`
   */
  write(message: RpcMessage): Promise<void> {
    this.pending.add(message);
    const sent = this.link.send(message);
    // Messages of one turn share their promise: one look at it is enough for all of them.
    if (sent !== this.watched) this.watch(sent, message);
    return sent;
  }

  /** Ends the connection: what was written arrives, and answers are taken until the peer ends its side. */
  end(): void {
    void this.link.close();
  }

  /** Tells that the connection is over. */
  tellClosed(): void {
    this.fireClose();
  }

  private watch(sent: Promise<void>, message: RpcMessage): void {
    this.watched = sent;
    sent.then(
      () => {
        this.failuresInRow = 0;
      },
      (thrown: unknown) => {
        this.pending.remove(message);
        this.failuresInRow += 1;
        this.fireError(toError(thrown), message, this.failuresInRow);
      },
    );
  }
}
