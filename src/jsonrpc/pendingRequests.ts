import type { Message } from 'vscode-jsonrpc/node';
import { isRequestId } from './rpcMessage.js';
import type { RequestId } from './rpcMessage.js';

/** The ids of the requests that went out and have no answer: what the writer notes and the reader settles. */
export class PendingRequests {
  private readonly ids = new Set<RequestId>();

  /** Notes a request; any other message waits for nothing. */
  add(message: Message): void {
    const id = requestIdOf(message);
    if (id !== undefined) this.ids.add(id);
  }

  /** Forgets a request that did not go out. */
  remove(message: Message): void {
    const id = requestIdOf(message);
    if (id !== undefined) this.ids.delete(id);
  }

  /** Forgets a request that is answered. @returns whether it waited */
  settle(id: unknown): id is RequestId {
    return this.ids.delete(id as RequestId);
  }

  /** Forgets all of them, and says which they were, in the order they went out. */
  takeAll(): RequestId[] {
    const taken = [...this.ids];
    this.ids.clear();
    return taken;
  }
}

function requestIdOf(message: Message): RequestId | undefined {
  const { method, id } = message as Message & { method?: unknown; id?: unknown };
  return method !== undefined && isRequestId(id) ? id : undefined;
}
