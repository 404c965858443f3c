import type { TraceNote, TraceSink } from '../../ipc/index.js';
import { classify } from '../format/classify.js';
import type { TraceOrigin } from '../format/traceFormat.js';
import { privateValues } from './redaction.js';
import type { Redaction } from './redaction.js';

/** Requests whose arguments are those of a program: what is private in them is hidden wherever it appears later. */
const STARTS: ReadonlySet<string | undefined> = new Set(['attach', 'launch', 'restart', 'startDebugging']);

/** The clock that all processes of a machine share, at this process's time 0, in milliseconds. */
const MONO_BASE = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Writes the entries of one link as lines of a trace. */
export class LinkRecorder implements TraceSink {
  private readonly origin: string;

  /** @param redaction undefined: messages are recorded as they are */
  constructor(
    origin: TraceOrigin,
    private readonly redaction: Redaction | undefined,
    private readonly write: (line: string) => void,
  ) {
    const { session, side, link } = origin;
    this.origin = JSON.stringify({ session, side, link }).slice(1, -1);
  }

  message(direction: 'sent' | 'received', message: object, json = textOf(message), at?: number): void {
    const { kind, name, seq, of, ok } = classify(message);
    if (kind === 'request' && STARTS.has(name)) this.redaction?.hide(privateValues(message));
    const bytes = Buffer.byteLength(json);
    const { json: text, cut } = this.redaction?.redact(message, json) ?? { json, cut: false };
    const facts = JSON.stringify({ direction, name, seq, of, ok, bytes, ...(cut && { cut }) }).slice(1);
    this.write(`${this.head(kind, at)},${facts.slice(0, -1)},"message":${text}}\n`);
  }

  note(kind: TraceNote, fields: object): void {
    const json = textOf(fields);
    const { json: text } = this.redaction?.redact(fields, json) ?? { json };
    this.write(`${this.head(kind)},"note":${text}}\n`);
  }

  private head(kind: string, at = performance.now()): string {
    const mono = Math.round((MONO_BASE + at) * 1_000) / 1_000;
    const time = Math.round(performance.timeOrigin + at);
    return `{"time":${time},"mono":${mono},${this.origin},"kind":"${kind}"`;
  }
}

/** The JSON of a message. A message without JSON fails where it is sent, and is empty here. */
function textOf(message: object): string {
  try {
    // What `toJSON` returns can be anything.
    const json = JSON.stringify(message) as string | undefined;
    return json ?? '{}';
  } catch {
    return '{}';
  }
}
