import { AbstractMessageReader, Disposable } from 'vscode-jsonrpc/node';
import type { DataCallback, Message as RpcMessage, MessageReader } from 'vscode-jsonrpc/node';
import { IpcError, toError } from '../ipc/index.js';
import type { CloseInfo, Message } from '../ipc/index.js';
import type { Link } from './link.js';
import type { PendingRequests } from './pendingRequests.js';
import { isAnswer, isCall, notJsonRpc, unanswered, unreadable } from './rpcMessage.js';

/**
 * Reads JSON-RPC messages from a connection, and at its end answers, in place of the peer, every request
 * that the peer has not answered. Only then it tells that it is closed.
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
   * Hands every message to `callback`, in order, those that came before this call too. Once, as a connection
   * has one reader. Disposing what it returns lets go of `callback`: what comes from then on is dropped.
   *
   * @throws IpcError `ERR_IPC_STATE` without a peer, or when it was called before
   */
  listen(callback: DataCallback): Disposable {
    if (this.started)
      throw new IpcError('ERR_IPC_STATE', 'this reader was listened to already: it reads once');
    this.callback = callback;
    this.link.start(this.take);
    this.started = true;
    void this.link.closed.then((info) => {
      this.finish(info);
    });
    return Disposable.create(() => {
      this.callback = undefined;
    });
  }

  /** Lets go of all listeners, and drops what comes. The connection stays open: its owner closes it. */
  override dispose(): void {
    super.dispose();
    this.callback = undefined;
  }

  private readonly take = (item: Message | Error): void => {
    if (item instanceof Error) this.report(item);
    else if (isCall(item)) this.handOver(item);
    else if (isAnswer(item)) this.handOverAnswer(item);
    else this.refuse(item);
  };

  private handOverAnswer(answer: Message): void {
    this.pending.settle(answer.id);
    this.handOver(answer);
  }

  private refuse(message: Message): void {
    const error = notJsonRpc(message);
    this.report(error);
    const { id } = message;
    if (message.method === undefined && this.pending.settle(id)) this.handOver(unreadable(id, error));
  }

  private finish(info: CloseInfo): void {
    if (info.error !== undefined) this.report(info.error);
    for (const id of this.pending.takeAll()) this.handOver(unanswered(id, info));
    this.fireClose();
  }

  private handOver(message: Message | RpcMessage): void {
    try {
      this.callback?.(message as RpcMessage);
    } catch (thrown) {
      // A cancellation without an id makes vscode-jsonrpc throw: the session is not to end of it.
      this.report(toError(thrown));
    }
  }

  private report(error: Error): void {
    // What broke the connection comes out of reading and as the cause of its end.
    if (error === this.lastError) return;
    this.lastError = error;
    this.fireError(error);
  }
}
