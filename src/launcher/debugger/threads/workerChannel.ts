import type { InspectorChannel } from '../inspector/inspectorChannel.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { InspectorMessages } from '../inspector/inspectorMessages.js';

/**
 * The inspector channel of a worker thread.
 *
 * All messages go through the main thread's inspector. They also arrive while the main thread is paused or
 * waits for a flag in shared memory, but not while it waits for a child process.
 */
export class WorkerChannel implements InspectorChannel {
  private readonly messages: InspectorMessages;
  private closed: Promise<void> | undefined;

  /** @param sessionId identifies the worker's session in the main thread's inspector */
  constructor(
    private readonly main: InspectorClient,
    readonly sessionId: string,
  ) {
    this.messages = new InspectorMessages((message) =>
      main.post('NodeWorker.sendMessageToWorker', { sessionId, message }),
    );
  }

  post(...args: Parameters<InspectorChannel['post']>): void {
    this.messages.post(...args);
  }

  listen(listener: (method: string, params: unknown) => void): void {
    this.messages.listen(listener);
  }

  /** Handles a message from the worker's inspector. */
  receive(text: string): void {
    this.messages.receive(text);
  }

  close(): void {
    void this.release();
  }

  /** Detaches from the worker. Resolves when the worker runs free or has ended. Idempotent. */
  release(): Promise<void> {
    this.messages.end(new Error('the worker has ended, or is not debugged any more'));
    // The command fails if the worker or the main thread has ended. There is no session to detach then.
    this.closed ??= this.main.post('NodeWorker.detach', { sessionId: this.sessionId }).then(
      () => undefined,
      () => undefined,
    );
    return this.closed;
  }
}
