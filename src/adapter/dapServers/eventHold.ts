import type { Message } from '../../ipc/index.js';

/**
 * Passes a server's messages on, and holds two events back: `initialized` until the client has the server's
 * capabilities, and `terminated`, the last event, until all other messages have been passed on.
 */
export class EventHold {
  /** Settles when the server sends `terminated`. */
  readonly terminated: Promise<void>;

  private settleTerminated: () => void = () => undefined;
  private initialized: Message[] | undefined = [];
  private lastEvent: Message | undefined;
  private exitCodeSent = false;

  /** @param pass takes each message that is passed on */
  constructor(private readonly pass: (message: Message) => void) {
    this.terminated = new Promise((resolve) => {
      this.settleTerminated = resolve;
    });
  }

  /** True once the server has sent the program's exit code. */
  get hasSentExitCode(): boolean {
    return this.exitCodeSent;
  }

  /** Takes a message of the server. */
  receive(message: Message): void {
    const event = message.type === 'event' ? message.event : undefined;
    if (event === 'exited') this.exitCodeSent = true;
    if (event === 'initialized' && this.initialized !== undefined) this.initialized.push(message);
    else if (event === 'terminated') this.keep(message);
    else this.pass(message);
  }

  /** Passes `initialized` on, now and later: the client has the server's capabilities. */
  releaseInitialized(): void {
    const { initialized = [] } = this;
    this.initialized = undefined;
    for (const message of initialized) this.pass(message);
  }

  /** Passes `terminated` on. Returns false if the server has not sent the event. */
  releaseTerminated(): boolean {
    const { lastEvent } = this;
    if (lastEvent !== undefined) this.pass(lastEvent);
    return lastEvent !== undefined;
  }

  private keep(message: Message): void {
    this.lastEvent ??= message;
    this.settleTerminated();
  }
}
