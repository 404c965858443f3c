import type { Message } from '../../ipc/index.js';

/**
 * Lets a server's messages through, and holds two events for their moment: `initialized` until the client
 * knows what the server can do, and `terminated`, which is the last word, until everything else is told.
 */
export class EventGate {
  /** Settles when the server tells that the session is over. */
  readonly terminated: Promise<void>;

  private settleTerminated: () => void = () => undefined;
  private early: Message[] | undefined = [];
  private lastWord: Message | undefined;
  private toldExit = false;

  /** @param pass takes what is let through */
  constructor(private readonly pass: (message: Message) => void) {
    this.terminated = new Promise((resolve) => {
      this.settleTerminated = resolve;
    });
  }

  /** Whether the server has told the program's exit code. */
  get hasToldExit(): boolean {
    return this.toldExit;
  }

  take(message: Message): void {
    const event = message.type === 'event' ? message.event : undefined;
    if (event === 'exited') this.toldExit = true;
    if (event === 'initialized' && this.early !== undefined) this.early.push(message);
    else if (event === 'terminated') this.keep(message);
    else this.pass(message);
  }

  /** The client knows what the server can do. */
  open(): void {
    const { early = [] } = this;
    this.early = undefined;
    for (const message of early) this.pass(message);
  }

  /** Everything else is told. @returns whether the server's own `terminated` was passed on */
  close(): boolean {
    const { lastWord } = this;
    if (lastWord !== undefined) this.pass(lastWord);
    return lastWord !== undefined;
  }

  private keep(message: Message): void {
    this.lastWord ??= message;
    this.settleTerminated();
  }
}
