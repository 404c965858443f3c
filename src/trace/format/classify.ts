import { isRecord } from '../../ipc/index.js';

/** The kinds of messages, in all protocols: DAP, the envelopes between adapter and launcher, and V8's and JSON-RPC's. */
export type MessageKind = 'request' | 'response' | 'event' | 'message';

/** What a message is, as far as it says so itself. */
export interface MessageClass {
  readonly kind: MessageKind;
  /** The command or the event. */
  readonly name?: string | undefined;
  /** Its own number. */
  readonly seq?: number | string | undefined;
  /** The number of the request that a response is for. */
  readonly of?: number | string | undefined;
  /** False for a response that tells of a failure. */
  readonly ok?: boolean | undefined;
}

/** Says what a message is: one of DAP has a `type`, an envelope a `command` or an `event`, one of V8 a `method`. */
export function classify(message: object): MessageClass {
  const {
    type,
    seq,
    id,
    command,
    event,
    success,
    request_seq: of,
    method,
  } = message as Record<string, unknown>;
  if (type === 'request') return { kind: 'request', name: text(command), seq: idOf(seq) };
  if (type === 'event') return { kind: 'event', name: text(event), seq: idOf(seq) };
  if (type === 'response') {
    return { kind: 'response', name: text(command), seq: idOf(seq), of: idOf(of), ok: success === true };
  }
  if (event === 'response') return { kind: 'response', of: idOf(id), ok: success === true };
  if (typeof event === 'string') return { kind: 'event', name: event };
  if (typeof command === 'string') return { kind: 'request', name: command, seq: idOf(id) };
  if (typeof method === 'string') {
    return id === undefined
      ? { kind: 'event', name: method }
      : { kind: 'request', name: method, seq: idOf(id) };
  }
  if (id !== undefined && ('result' in message || 'error' in message)) {
    return { kind: 'response', of: idOf(id), ok: !('error' in message) };
  }
  return { kind: 'message' };
}

/** The arguments or the body of a message. Default: empty. */
export function contentOf(message: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(message)) return {};
  const content = message.arguments ?? message.body;
  return isRecord(content) ? content : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function idOf(value: unknown): number | string | undefined {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}
