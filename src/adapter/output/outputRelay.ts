import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { SessionFaults } from '../dap/sessionFaults.js';
import { OutputSplitter } from './outputSplitter.js';
import type { ConsoleCall, Piece } from './outputSplitter.js';
import { OutputGroups } from './outputGroups.js';
import { inOrderOfCalls } from './outputOrder.js';
import { interruptibleDelay } from './interruptibleDelay.js';
import type { OutputCategory, OutputSink } from './outputSink.js';

/**
 * Asks the launcher for console calls. Settles once {@link OutputRelay.expectCall} was called for every console call
 * whose text is written so far. The result is the time in milliseconds in which no further call is made, or undefined
 * if the launcher cannot be asked again. Never rejects.
 */
export type CallQuery = () => Promise<number | undefined>;

/** The number of bytes that are read during a query. Beyond it the streams are paused. */
const MAX_UNQUERIED_BYTES = 64 * 1024;
/** The size of a batch that counts as a flood, in bytes, if no console call wrote it. */
const FLOOD_BYTES = 32 * 1024;
/** The number of bytes without a console call before a batch counts as a flood: the text of one call may be long. */
const FLOOD_RUN_BYTES = 1024 * 1024;
/** The time without queries after a flood, in milliseconds. */
const FLOOD_QUIET_MS = 100;
/** The time in which the rest of a call's text arrives, in milliseconds. After it, the text is plain. */
const REST_MS = 250;

/** The number of bytes beyond which both pipes have nothing left that was written before the program's end. */
const MOST_IN_PIPES_BYTES = 2 * 1024 * 1024;
/** The default of the time for the output of a program that has ended, in milliseconds. */
const DRAIN_LIMIT_MS = 2_000;
/** The interval at which a sink that is behind is polled, in milliseconds. */
const LIMIT_POLL_MS = 20;

interface Source {
  readonly category: OutputCategory;
  readonly stream: Readable;
  readonly decoder: StringDecoder;
  readonly splitter: OutputSplitter;
  readonly closed: Promise<void>;
  settleClosed: () => void;
  restTimer: NodeJS.Timeout | undefined;
}

/** A chunk of a stream. Without a chunk: the end of the stream. */
interface StreamRead {
  readonly source: Source;
  readonly chunk: Buffer | undefined;
}

/** A piece of a stream that is to be written. Without a piece: the end of the stream. */
interface OutputItem {
  readonly source: Source;
  readonly piece?: Piece;
}

/**
 * Relays a program's stdout and stderr to the client, in pieces of whole UTF-8 characters, and no faster than the
 * client reads. While the client is behind, the streams are paused, and the program itself waits on its full pipe. The
 * chunks read by then wait here and not in the client's stream, so that responses and other events overtake them.
 *
 * With a call query, the bytes wait until the launcher has described the console calls that wrote them.
 */
export class OutputRelay {
  private readonly sources: Readonly<Record<OutputCategory, Source>>;
  private readonly groups = new OutputGroups();
  /** The pieces that are not written yet, in the order in which they were read. */
  private readonly waiting: OutputItem[] = [];
  /** The chunks that were read since the last query. */
  private unqueried: StreamRead[] = [];
  private unqueriedBytes = 0;
  private query: CallQuery | undefined;
  private isQuerying = false;
  /** The time until which no console call is expected and no query is made. */
  private quietUntil = 0;
  private callsExpected = 0;
  /** The number of bytes since the last query that brought a console call. */
  private bytesWithoutCalls = 0;
  private lastActivity = performance.now();
  private bytesSinceEnd = 0;
  private isSinkFull = false;
  private isDiscarding = false;

  /** @param faults takes errors in the handling of the streams. Default: they are thrown */
  constructor(
    streams: Readonly<Record<OutputCategory, Readable>>,
    private readonly sink: OutputSink,
    private readonly faults = new SessionFaults((error) => {
      throw error;
    }),
  ) {
    this.sources = {
      stdout: this.openSource('stdout', streams.stdout),
      stderr: this.openSource('stderr', streams.stderr),
    };
  }

  /** Sets the query for console calls. Bytes that are read from now on wait for its result. */
  setCallQuery(query: CallQuery): void {
    this.query = query;
  }

  /** Adds a console call of the program. Calls are added in the order in which they were made. */
  expectCall(category: OutputCategory, call: Omit<ConsoleCall, 'order'>): void {
    this.callsExpected += 1;
    this.sources[category].splitter.expectCall({ ...call, order: this.callsExpected });
  }

  /**
   * Settles when all output is written to the sink: both streams have ended, or neither has had data for `silenceMs`
   * milliseconds although it was read. The second happens if a grandchild holds the streams open and writes nothing.
   * Call this after the program's own end, when all that the program wrote is in the pipes.
   *
   * @param limitMs the time after which it settles without silence, in milliseconds: a grandchild may write for ever.
   *   A slow sink gets the time that it needs for what the program itself wrote. Default: 2,000
   */
  async drained(silenceMs: number, limitMs = DRAIN_LIMIT_MS): Promise<void> {
    this.lastActivity = performance.now();
    this.bytesSinceEnd = 0;
    const closed = Promise.all(this.all.map((source) => source.closed));
    const end = new AbortController();
    const waits = [this.awaitSilence(silenceMs, end.signal), this.awaitLimit(limitMs, end.signal)];
    await Promise.race([closed, ...waits]);
    end.abort();
  }

  /** Drops the output from now on. The streams are read on, so that no process that writes to them is blocked. */
  discard(): void {
    this.isDiscarding = true;
    this.query = undefined;
    this.resume();
  }

  private get all(): readonly Source[] {
    return Object.values(this.sources);
  }

  private openSource(category: OutputCategory, stream: Readable): Source {
    let settleClosed = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      settleClosed = resolve;
    });
    const decoder = new StringDecoder('utf8');
    const source: Source = {
      ...{ category, stream, decoder, closed, settleClosed },
      splitter: new OutputSplitter(),
      restTimer: undefined,
    };
    const onRead = this.faults.guard((read: StreamRead) => this.onRead(read));
    stream.on('data', (chunk: Buffer) => onRead({ source, chunk }));
    stream.on('error', () => undefined); // A broken pipe is an end, too; 'close' follows.
    stream.once('close', () => onRead({ source, chunk: undefined }));
    return source;
  }

  private onRead(read: StreamRead): void {
    this.lastActivity = performance.now();
    if (this.isQuerying || (this.query !== undefined && this.lastActivity >= this.quietUntil)) {
      this.unqueried.push(read);
      this.unqueriedBytes += read.chunk?.length ?? 0;
      if (this.isQuerying) this.updateFlow();
      else this.faults.watch(this.queryAndSplit());
      return;
    }
    this.waiting.push(...this.split(read));
    this.writeWaiting();
  }

  private async queryAndSplit(): Promise<void> {
    this.isQuerying = true;
    while (this.unqueried.length > 0) {
      const batch = this.unqueried;
      this.unqueried = [];
      this.updateFlow();
      const { callsExpected } = this;
      const quietMs = await this.query?.();
      if (quietMs === undefined) this.query = undefined;
      const bytes = batch.reduce((sum, { chunk }) => sum + (chunk?.length ?? 0), 0);
      this.bytesWithoutCalls = callsExpected === this.callsExpected ? this.bytesWithoutCalls + bytes : 0;
      const isFlood = bytes >= FLOOD_BYTES && this.bytesWithoutCalls >= FLOOD_RUN_BYTES;
      this.lastActivity = performance.now();
      this.quietUntil = this.lastActivity + Math.max(quietMs ?? 0, isFlood ? FLOOD_QUIET_MS : 0);
      this.unqueriedBytes -= bytes;
      this.waiting.push(...inOrderOfCalls(batch.flatMap((read) => this.split(read))));
      this.writeWaiting();
    }
    this.isQuerying = false;
    this.updateFlow();
  }

  private split({ source, chunk }: StreamRead): OutputItem[] {
    clearTimeout(source.restTimer);
    if (chunk === undefined) return [...this.flush(source), { source }];
    const pieces = source.splitter.split(chunk);
    if (source.splitter.isIncomplete) this.startRestTimer(source);
    return pieces.map((piece) => ({ source, piece }));
  }

  private startRestTimer(source: Source): void {
    const onTimeout = this.faults.guard(() => {
      // The rest may have arrived without being read.
      if (this.isSinkFull || this.isQuerying) this.startRestTimer(source);
      else {
        this.waiting.push(...this.flush(source));
        this.writeWaiting();
      }
    });
    source.restTimer = setTimeout(onTimeout, REST_MS).unref();
  }

  private flush(source: Source): OutputItem[] {
    return source.splitter.flush().map((piece) => ({ source, piece }));
  }

  private writeItem({ source: { category, decoder, settleClosed }, piece }: OutputItem): void {
    if (piece === undefined) {
      this.write(category, decoder.end());
      settleClosed();
      return;
    }
    this.bytesSinceEnd += piece.bytes.length;
    const text = decoder.write(piece.bytes);
    const { call } = piece;
    if (call === undefined) this.write(category, text);
    else this.writeCall(category, text, call);
  }

  private write(category: OutputCategory, text: string): void {
    if (text !== '' && !this.isDiscarding) this.sink.write(category, text);
  }

  private writeCall(category: OutputCategory, text: string, call: ConsoleCall): void {
    if (this.isDiscarding) return;
    for (let ended = this.groups.record(call); ended > 0; ended -= 1) {
      this.sink.write(category, '', { group: 'end' });
    }
    if (call.details.group !== 'end') this.sink.write(category, text, call.details);
  }

  /** Writes waiting items while there is room. Returns true if all are written and more can be read. */
  private writeWaiting(): boolean {
    if (this.isSinkFull) return false;
    while (this.waiting.length > 0) {
      if (this.sink.isFull() && !this.isDiscarding) {
        this.faults.watch(this.waitForRoom());
        return false;
      }
      const next = this.waiting.shift();
      if (next !== undefined) this.writeItem(next);
    }
    return true;
  }

  private async waitForRoom(): Promise<void> {
    this.isSinkFull = true;
    this.updateFlow();
    await this.sink.hasRoom();
    this.resume();
  }

  private resume(): void {
    this.isSinkFull = false;
    if (!this.writeWaiting()) return;
    this.lastActivity = performance.now();
    this.updateFlow();
  }

  /** Pauses the streams while there is no room for their data, and resumes them otherwise. */
  private updateFlow(): void {
    const isWaiting = this.isSinkFull || (this.isQuerying && this.unqueriedBytes >= MAX_UNQUERIED_BYTES);
    for (const { stream } of this.all) {
      if (isWaiting) stream.pause();
      else stream.resume();
    }
  }

  private async awaitLimit(limitMs: number, signal: AbortSignal): Promise<void> {
    await interruptibleDelay(limitMs, signal);
    const isBehind = (): boolean => this.isSinkFull || this.isQuerying || this.waiting.length > 0;
    while (!signal.aborted && isBehind() && this.bytesSinceEnd < MOST_IN_PIPES_BYTES) {
      await interruptibleDelay(LIMIT_POLL_MS, signal);
    }
  }

  private async awaitSilence(silenceMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const quietMs = this.isSinkFull || this.isQuerying ? 0 : performance.now() - this.lastActivity;
      if (quietMs >= silenceMs || signal.aborted) return;
      await interruptibleDelay(silenceMs - quietMs, signal);
      await turnOfLoop(); // Timers run before input: data that arrived while the loop was busy is read first.
    }
  }
}
