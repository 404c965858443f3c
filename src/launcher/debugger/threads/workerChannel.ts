import { isRecord, toError } from '../../../ipc/index.js';
import { Counter } from '../inspector/counter.js';
import type { InspectorChannel } from '../inspector/inspectorChannel.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';

type Done = Parameters<InspectorChannel['post']>[2];

/**
 * The inspector of a worker thread. Nothing leads there but the main thread's inspector, which passes on texts:
 * so it also does while that thread stands still or waits for a sign in shared memory, and not while it waits for
 * a child process.
 */
export class WorkerChannel implements InspectorChannel {
  private readonly ids = new Counter();
  private readonly waiting = new Map<unknown, Done>();
  private listener: (method: string, params: unknown) => void = () => undefined;
  private closed: Promise<void> | undefined;

  /** @param sessionId what the main thread's inspector calls the line to this worker */
  constructor(
    private readonly main: InspectorClient,
    readonly sessionId: string,
  ) {}

  post(method: string, params: object | undefined, done: Done): void {
    const id = this.ids.next();
    this.waiting.set(id, done);
    const message = JSON.stringify({ id, method, params });
    this.main
      .post('NodeWorker.sendMessageToWorker', { sessionId: this.sessionId, message })
      .catch((error: unknown) => this.settle(id, toError(error), undefined));
  }

  listen(listener: (method: string, params: unknown) => void): void {
    this.listener = listener;
  }

  /** Takes what the worker's inspector says. */
  receive(text: string): void {
    const { id, method, params, error, result } = JSON.parse(text) as Record<string, unknown>;
    if (typeof method === 'string') this.listener(method, params);
    else if (isRecord(error)) this.settle(id, new Error(String(error.message)), undefined);
    else this.settle(id, null, result);
  }

  close(): void {
    void this.release();
  }

  /** Resolves when the worker runs free, or has ended. Idempotent. */
  release(): Promise<void> {
    this.waiting.clear();
    // A worker that has ended, or a main thread that has, has no session any more.
    this.closed ??= this.main.post('NodeWorker.detach', { sessionId: this.sessionId }).then(
      () => undefined,
      () => undefined,
    );
    return this.closed;
  }

  private settle(id: unknown, error: Error | null, result: unknown): void {
    const done = this.waiting.get(id);
    this.waiting.delete(id);
    done?.(error, result);
  }
}
