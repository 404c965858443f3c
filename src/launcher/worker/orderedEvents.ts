import type { CommandQueue } from './commandQueue.js';

/** The events that clients expect only after `configurationDone`. */
const EXECUTION_EVENTS: ReadonlySet<string> = new Set(['thread', 'stopped', 'continued']);

/**
 * Sends the debugger's events in their order: after the responses of the commands that led to them, and after the
 * console calls before them.
 *
 * A program that was attached to may stop before the client has finished its configuration. The client then gets the
 * events of its threads afterwards.
 */
export class OrderedEvents {
  /** The events that wait for `configurationDone`. Undefined after it. */
  private held: [event: string, body: object][] | undefined = [];

  /**
   * @param emit sends an event
   * @param flushConsole sends the descriptions of the console calls, by default of all, or of those before a position
   */
  constructor(
    private readonly queue: CommandQueue,
    private readonly emit: (event: string, body: object) => void,
    private readonly flushConsole: (position?: number) => void,
  ) {}

  send(event: string, body: object): void {
    if (this.held !== undefined && EXECUTION_EVENTS.has(event)) {
      this.held.push([event, body]);
      return;
    }
    this.queue.inOrder(() => {
      if (event === 'stopped') this.flushConsole();
      this.emit(event, body);
    });
  }

  /** Sends a line of output. @param position its place among the program's console calls, if that is known */
  sendOutput(body: object, position: number | undefined): void {
    if (position === undefined) {
      this.send('output', body);
      return;
    }
    this.flushConsole(position);
    this.emit('output', body);
  }

  /** The client has finished its configuration: sends what waits for that. */
  release(): void {
    const { held = [] } = this;
    this.held = undefined;
    for (const [event, body] of held) this.send(event, body);
  }
}
