import { AbstractMessageReader, Disposable } from 'vscode-jsonrpc/node';
import type { DataCallback, Message as RpcMessage, MessageReader } from 'vscode-jsonrpc/node';
import { IpcError, toError } from '../ipc/index.js';
import type { CloseInfo, Message } from '../ipc/index.js';
import type { Link } from './link.js';
import type { PendingRequests } from './pendingRequests.js';
import { isAnswer, isCall, notJsonRpc, unanswered, unreadable } from './rpcMessage.js';

/**
 * Reads JSON-RPC messages from a connection. At the end of the connection it delivers an error response to
 * each request without a response, and then reports that it is closed.
 */
export class IpcMessageReader extends AbstractMessageReader implements MessageReader {
  private callback: DataCallback | undefined;
  private started = false;
  private lastError: Error | undefined;

  constructor(
    private readonly link: Link,
    private readonly pending: PendingRequests,
  ) {
    super();
  }

  /**
   * Calls `callback` with every message, in order, including those that came before this call. Can be called
   * once, because a connection has one reader. Disposing the result removes `callback`, and later messages
   * are dropped.
   *
   * @throws IpcError `ERR_IPC_STATE` without a peer, or on a second call
   */
  listen(callback: DataCallback): Disposable {
    if (this.started)
      throw new IpcError('ERR_IPC_STATE', 'this reader was listened to already: it reads once');
    this.callback = callback;
    this.link.start(this.receive);
    this.started = true;
    void this.link.closed.then((info) => {
      this.finish(info);
    });
    return Disposable.create(() => {
      this.callback = undefined;
    });
  }

  /** Removes all listeners, and drops later messages. The connection stays open: its owner closes it. */
  override dispose(): void {
    super.dispose();
    this.callback = undefined;
  }

  private readonly receive = (item: Message | Error): void => {
    if (item instanceof Error) this.report(item);
    else if (isCall(item)) this.deliver(item);
    else if (isAnswer(item)) this.deliverAnswer(item);
    else this.refuse(item);
  };

  private deliverAnswer(answer: Message): void {
    this.pending.settle(answer.id);
    this.deliver(answer);
  }

  private refuse(message: Message): void {
    const error = notJsonRpc(message);
    this.report(error);
    const { id } = message;
    if (message.method === undefined && this.pending.settle(id)) this.deliver(unreadable(id, error));
  }

  private finish(info: CloseInfo): void {
    if (info.error !== undefined) this.report(info.error);
    for (const id of this.pending.removeAll()) this.deliver(unanswered(id, info));
    this.fireClose();
  }

  private deliver(message: Message | RpcMessage): void {
    try {
      this.callback?.(message as RpcMessage);
    } catch (thrown) {
      // vscode-jsonrpc throws on a cancellation without an id. The session must not end because of that.
      this.report(toError(thrown));
    }
  }

  private report(error: Error): void {
    // An error that breaks the connection is reported twice: by reading and as the cause of the end.
    if (error === this.lastError) return;
    this.lastError = error;
    this.fireError(error);
  }
}
