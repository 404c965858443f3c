import { isRecord, toError } from '../../../ipc/index.js';
import { Counter } from './counter.js';
import type { InspectorChannel } from './inspectorChannel.js';

type Done = Parameters<InspectorChannel['post']>[2];

/** The commands, responses and notifications of an inspector that is spoken to by JSON texts. */
export class InspectorMessages {
  private readonly ids = new Counter();
  private readonly pending = new Map<unknown, Done>();
  private ended: Error | undefined;
  private listener: (method: string, params: unknown) => void = () => undefined;

  /** @param send sends a text to the inspector; a rejection becomes the response of its command */
  constructor(private readonly send: (text: string) => Promise<unknown>) {}

  /** Sends a command. Calls `done` once, with the response or with the reason why there will be none. */
  post(method: string, params: object | undefined, done: Done): void {
    if (this.ended !== undefined) {
      done(this.ended, undefined);
      return;
    }
    const id = this.ids.next();
    this.pending.set(id, done);
    this.send(JSON.stringify({ id, method, params })).catch((error: unknown) =>
      this.settle(id, toError(error), undefined),
    );
  }

  /** Passes every later notification to `listener`, in place of the listener before. */
  listen(listener: (method: string, params: unknown) => void): void {
    this.listener = listener;
  }

  /** Handles a message from the inspector. A text that is no such message is ignored. */
  receive(text: string): void {
    const message = parse(text);
    if (!isRecord(message)) return;
    const { id, method, params, error, result } = message;
    if (typeof method === 'string') this.listener(method, params);
    else if (isRecord(error)) this.settle(id, new Error(String(error.message)), undefined);
    else this.settle(id, null, result);
  }

  /** Fails all commands without a response, and all later ones. Call it when nothing more can come. Idempotent. */
  end(reason: Error): void {
    this.ended ??= reason;
    for (const id of [...this.pending.keys()]) this.settle(id, this.ended, undefined);
  }

  private settle(id: unknown, error: Error | null, result: unknown): void {
    const done = this.pending.get(id);
    this.pending.delete(id);
    done?.(error, result);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
