import type { Message } from 'vscode-jsonrpc/node';
import { isRequestId } from './rpcMessage.js';
import type { RequestId } from './rpcMessage.js';

/** Ids of the requests that were sent and have no response. The writer adds them, the reader removes them. */
export class PendingRequests {
  private readonly ids = new Set<RequestId>();

  /** Adds a request. Does nothing for other messages. */
  add(message: Message): void {
    const id = requestIdOf(message);
    if (id !== undefined) this.ids.add(id);
  }

  /** Removes a request that could not be sent. */
  remove(message: Message): void {
    const id = requestIdOf(message);
    if (id !== undefined) this.ids.delete(id);
  }

  /**
   * Removes a request that has a response.
   *
   * @returns true if the request was pending
   */
  settle(id: unknown): id is RequestId {
    return this.ids.delete(id as RequestId);
  }

  /** Removes all requests, and returns their ids in the order in which they were sent. */
  removeAll(): RequestId[] {
    const removed = [...this.ids];
    this.ids.clear();
    return removed;
  }
}

function requestIdOf(message: Message): RequestId | undefined {
  const { method, id } = message as Message & { method?: unknown; id?: unknown };
  return method !== undefined && isRequestId(id) ? id : undefined;
}
