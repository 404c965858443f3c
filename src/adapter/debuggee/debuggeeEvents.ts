import { isRecord } from '../../ipc/index.js';

/** Sends the client an event. */
export type SendEvent = (event: string, body?: object) => void;

/** The events of one debuggee on their way to the client, until another debuggee replaces it in the session. */
export class DebuggeeEvents {
  private readonly threads = new Set<number>();
  private stoppedThread: number | undefined;
  private isCut = false;

  /** @param options.isReplacement a restart made this debuggee: its `initialized` is not sent to the client */
  constructor(
    private readonly sendToClient: SendEvent,
    private readonly options: { readonly isReplacement: boolean },
  ) {}

  readonly send: SendEvent = (event, body) => {
    if (this.isCut || (event === 'initialized' && this.options.isReplacement)) return;
    // For the client, the debuggee does not exist any more after that.
    if (event === 'terminated') this.isCut = true;
    this.record(event, body);
    this.sendToClient(event, body);
  };

  /** Stops sending. The client gets the end of each thread, and nothing of the debuggee's end. */
  cut(): void {
    this.isCut = true;
    if (this.stoppedThread !== undefined) {
      this.sendToClient('continued', { threadId: this.stoppedThread, allThreadsContinued: true });
    }
    for (const threadId of this.threads) this.sendToClient('thread', { reason: 'exited', threadId });
  }

  private record(event: string, body: unknown): void {
    if (!isRecord(body)) return;
    const { threadId, reason } = body;
    if (typeof threadId !== 'number') return;
    if (event === 'stopped') this.stoppedThread = threadId;
    if (event === 'continued') this.stoppedThread = undefined;
    if (event === 'thread' && reason === 'started') this.threads.add(threadId);
    if (event === 'thread' && reason === 'exited') this.threads.delete(threadId);
  }
}
