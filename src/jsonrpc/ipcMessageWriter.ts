import { AbstractMessageWriter } from 'vscode-jsonrpc/node';
import type { Message as RpcMessage, MessageWriter } from 'vscode-jsonrpc/node';
import { toError } from '../ipc/index.js';
import type { Link } from './link.js';
import type { PendingRequests } from './pendingRequests.js';

/**
 * Writes JSON-RPC messages to a connection, and closes the connection on `end`. Disposing only removes the
 * listeners.
 */
export class IpcMessageWriter extends AbstractMessageWriter implements MessageWriter {
  /** The latest send promise that has handlers. */
  private watchedSend: Promise<void> | undefined;
  private failuresInRow = 0;

  constructor(
    private readonly link: Link,
    private readonly pending: PendingRequests,
  ) {
    super();
  }

  /**
   * Sends a message. Resolves when the message is written to the kernel, which gives back-pressure. A failed
   * send is also reported to `onError`, and does not affect other messages unless the connection has ended.
   *
   * @throws IpcError as `ConnectionBase.writeMessage`
   */
  write(message: RpcMessage): Promise<void> {
    this.pending.add(message);
    const sent = this.link.send(message);
    // Messages of one turn share their promise, so it needs handlers only once.
    if (sent !== this.watchedSend) this.watch(sent, message);
    return sent;
  }

  /**
   * Closes the connection: written messages arrive, and responses are read until the peer closes its side.
   */
  end(): void {
    void this.link.close();
  }

  /** Reports to listeners that the connection is closed. */
  notifyClosed(): void {
    this.fireClose();
  }

  private watch(sent: Promise<void>, message: RpcMessage): void {
    this.watchedSend = sent;
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
