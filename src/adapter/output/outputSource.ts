import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { OutputSplitter } from './outputSplitter.js';
import type { OutputCategory } from './outputSink.js';

/** One stream of a program, and what is known of its text. */
export interface Source {
  readonly category: OutputCategory;
  readonly stream: Readable;
  readonly decoder: StringDecoder;
  readonly splitter: OutputSplitter;
  /** The number of the first console call whose text has not arrived. Undefined: every text has, or the stream has ended. */
  readonly missingOrder: number | undefined;
  /** True once the end of the stream was split, behind all its chunks. */
  hasEnded: boolean;
  readonly closed: Promise<void>;
  settleClosed: () => void;
  restTimer: NodeJS.Timeout | undefined;
}

/** A chunk of a stream. Without a chunk: the end of the stream. */
export interface StreamRead {
  readonly source: Source;
  readonly chunk: Buffer | undefined;
}

/** Starts to read a stream. @param onRead receives each chunk, and the end */
export function openSource(
  category: OutputCategory,
  stream: Readable,
  onRead: (read: StreamRead) => void,
): Source {
  let settleClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    settleClosed = resolve;
  });
  const splitter = new OutputSplitter();
  const source: Source = {
    ...{ category, stream, closed, settleClosed, splitter },
    decoder: new StringDecoder('utf8'),
    restTimer: undefined,
    hasEnded: false,
    get missingOrder() {
      return source.hasEnded ? undefined : splitter.missingOrder;
    },
  };
  stream.on('data', (chunk: Buffer) => onRead({ source, chunk }));
  stream.on('error', () => undefined); // A broken pipe is an end, too; 'close' follows.
  stream.once('close', () => onRead({ source, chunk: undefined }));
  return source;
}
