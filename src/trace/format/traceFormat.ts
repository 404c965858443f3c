import type { MessageKind } from './classify.js';
import type { TraceNote } from '../../ipc/index.js';

/** The version of the trace format. Readers refuse a higher one. */
export const TRACE_VERSION = 1;
/** The text with which each trace file begins. */
export const TRACE_MARK = '{"trace":"debug-adapter-ipc"';

/** The first line of a trace, and of each process that appends to it. */
export interface TraceHeader {
  readonly trace: 'debug-adapter-ipc';
  readonly version: number;
  /** The time of the recording's start, as ISO 8601. */
  readonly started: string;
  readonly pid: number;
  readonly node: string;
  readonly platform: string;
  /** False if messages are as they were, with secrets and all. */
  readonly redacted: boolean;
}

/** The process that recorded an entry. */
export type TraceSide = 'client' | 'adapter' | 'launcher' | (string & {});

/** The link of a session whose traffic is recorded: `client` or `launcher`, or a name of the embedder. */
export interface TraceOrigin {
  readonly session: string;
  readonly side: TraceSide;
  readonly link: string;
}

/** One line of a trace: a message, or a note. */
export interface TraceEntry extends TraceOrigin {
  /** Milliseconds since 1970, by the clock on the wall. */
  readonly time: number;
  /** Milliseconds of a clock that never goes back, the same for all processes of a machine. */
  readonly mono: number;
  readonly kind: MessageKind | TraceNote;
  /** For messages, seen from `side`. */
  readonly direction?: 'sent' | 'received';
  readonly name?: string;
  readonly seq?: number | string;
  readonly of?: number | string;
  readonly ok?: boolean;
  /** The length of the message's JSON in UTF-8, before anything was redacted. */
  readonly bytes?: number;
  /** True if the message lost members, so that its shape says nothing. */
  readonly cut?: boolean;
  readonly message?: Readonly<Record<string, unknown>>;
  /** For notes: what there is to say. */
  readonly note?: Readonly<Record<string, unknown>>;
}
