import { isRecord } from '../../ipc/index.js';

type Send = (event: string, body?: object) => void;

/** What one debuggee tells the client, until another takes its place within the same session. */
export class DebuggeeEvents {
  private readonly threads = new Set<unknown>();
  private stoppedThread: unknown;
  private isCut = false;

  /** @param options.isSuccessor it takes the place of another: that it can be configured is not the client's concern */
  constructor(
    private readonly sendOn: Send,
    private readonly options: { readonly isSuccessor: boolean },
  ) {}

  readonly send: Send = (event, body) => {
    if (this.isCut || (event === 'initialized' && this.options.isSuccessor)) return;
    this.note(event, body);
    this.sendOn(event, body);
  };

  /** Nothing more of it reaches the client, which is told that its threads are gone: of its end it hears nothing. */
  cut(): void {
    this.isCut = true;
    if (this.stoppedThread !== undefined) {
      this.sendOn('continued', { threadId: this.stoppedThread, allThreadsContinued: true });
    }
    for (const threadId of this.threads) this.sendOn('thread', { reason: 'exited', threadId });
  }

  private note(event: string, body: unknown): void {
    if (!isRecord(body)) return;
    const { threadId, reason } = body;
    if (event === 'stopped') this.stoppedThread = threadId;
    if (event === 'continued') this.stoppedThread = undefined;
    if (event === 'thread' && reason === 'started') this.threads.add(threadId);
    if (event === 'thread' && reason === 'exited') this.threads.delete(threadId);
  }
}
