import { isRecord, toError } from '../../../ipc/index.js';
import { Counter } from '../inspector/counter.js';
import type { InspectorChannel } from '../inspector/inspectorChannel.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';

type Done = Parameters<InspectorChannel['post']>[2];

/**
 * The inspector channel of a worker thread.
 *
 * All messages go through the main thread's inspector. They also arrive while the main thread is paused or
 * waits for a flag in shared memory, but not while it waits for a child process.
 */
export class WorkerChannel implements InspectorChannel {
  private readonly ids = new Counter();
  private readonly pending = new Map<unknown, Done>();
  private listener: (method: string, params: unknown) => void = () => undefined;
  private closed: Promise<void> | undefined;

  /** @param sessionId identifies the worker's session in the main thread's inspector */
  constructor(
    private readonly main: InspectorClient,
    readonly sessionId: string,
  ) {}

  post(method: string, params: object | undefined, done: Done): void {
    const id = this.ids.next();
    this.pending.set(id, done);
    const message = JSON.stringify({ id, method, params });
    this.main
      .post('NodeWorker.sendMessageToWorker', { sessionId: this.sessionId, message })
      .catch((error: unknown) => this.settle(id, toError(error), undefined));
  }

  listen(listener: (method: string, params: unknown) => void): void {
    this.listener = listener;
  }

  /** Handles a message from the worker's inspector. */
  receive(text: string): void {
    const { id, method, params, error, result } = JSON.parse(text) as Record<string, unknown>;
    if (typeof method === 'string') this.listener(method, params);
    else if (isRecord(error)) this.settle(id, new Error(String(error.message)), undefined);
    else this.settle(id, null, result);
  }

  close(): void {
    void this.release();
  }

  /** Detaches from the worker. Resolves when the worker runs free or has ended. Idempotent. */
  release(): Promise<void> {
    this.pending.clear();
    // The command fails if the worker or the main thread has ended. There is no session to detach then.
    this.closed ??= this.main.post('NodeWorker.detach', { sessionId: this.sessionId }).then(
      () => undefined,
      () => undefined,
    );
    return this.closed;
  }

  private settle(id: unknown, error: Error | null, result: unknown): void {
    const done = this.pending.get(id);
    this.pending.delete(id);
    done?.(error, result);
  }
}
