import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { OutputSplitter } from './outputSplitter.js';
import type { ConsoleCall, OutputDetails, Piece } from './outputSplitter.js';
import { OutputGroups } from './outputGroups.js';
import { inOrderOfCalls } from './outputOrder.js';

/** The two streams of a program, by the names that `output` events have for them. */
export type OutputCategory = 'stdout' | 'stderr';

/** Where a program's output goes. */
export interface OutputSink {
  /** @param details of the call that wrote the text; undefined for plain text */
  write(category: OutputCategory, text: string, details?: OutputDetails): void;
  /** Whether what was written last still waits to be sent: then the rest has to wait, too. */
  isFull(): boolean;
  /** Settles when there is room again, or will never be. */
  hasRoom(): Promise<void>;
}

/**
 * Asks what is known of the output so far. Settles when {@link OutputRelay.expect} was called for every console
 * call whose text was written by now, with the time in milliseconds for which there will be no other, or with
 * undefined where it is no use to ask again. Never rejects.
 */
export type AskForCalls = () => Promise<number | undefined>;

/** Bytes that are read while the answer is awaited, beyond which the program waits, too. */
const MAX_UNASKED_BYTES = 64 * 1024;
/** Bytes at a time, none of them of a console call, from which on it is a flood that is not asked about, */
const FLOOD_BYTES = 32 * 1024;
/** behind as many: the end of a long text of one call is none, */
const FLOOD_RUN_BYTES = 1024 * 1024;
/** for so long, in milliseconds. */
const FLOOD_QUIET_MS = 100;
/** How long the rest of a text may take that has come in part, in milliseconds; then it is plain text. */
const REST_MS = 250;

interface Source {
  readonly category: OutputCategory;
  readonly stream: Readable;
  readonly decoder: StringDecoder;
  readonly cutter: OutputSplitter;
  readonly closed: Promise<void>;
  settleClosed: () => void;
  restTimer: NodeJS.Timeout | undefined;
}

/** Something that a stream gave: bytes, or its end. */
interface Read {
  readonly source: Source;
  readonly chunk: Buffer | undefined;
}

/** Something to hand over: a piece of a stream, or its end. */
interface Handover {
  readonly source: Source;
  readonly piece?: Piece;
}

/**
 * Carries a program's stdout and stderr to the client, in whole UTF-8 characters, in pieces, and no faster
 * than the client takes them: meanwhile the streams are paused, and the program itself waits on its full
 * pipe. What is read and cannot be handed over yet, one chunk or two, is held here and not in the client's
 * stream, so that what else the client is told goes past it.
 *
 * Where there is somebody to ask, bytes wait for the answer what console calls they are of.
 */
export class OutputRelay {
  private readonly sources: Readonly<Record<OutputCategory, Source>>;
  private readonly groups = new OutputGroups();
  /** What is read and not handed over yet, in the order in which it was read. */
  private readonly held: Handover[] = [];
  /** What was read since it was asked last. */
  private unasked: Read[] = [];
  private unaskedBytes = 0;
  private ask: AskForCalls | undefined;
  private asking = false;
  private quietUntil = 0;
  private callsExpected = 0;
  /** Bytes since the last answer that told of a call. */
  private bareBytes = 0;
  private lastActivity = performance.now();
  private full = false;
  private discarding = false;

  constructor(
    streams: Readonly<Record<OutputCategory, Readable>>,
    private readonly sink: OutputSink,
  ) {
    this.sources = {
      stdout: this.carry('stdout', streams.stdout),
      stderr: this.carry('stderr', streams.stderr),
    };
  }

  /** From now on it is asked about all that is read. */
  askFirst(ask: AskForCalls): void {
    this.ask = ask;
  }

  /** Takes note of a call of the program's console. Calls come in the order in which they were made. */
  expect(category: OutputCategory, call: Omit<ConsoleCall, 'order'>): void {
    this.callsExpected += 1;
    this.sources[category].cutter.expect({ ...call, order: this.callsExpected });
  }

  /**
   * Settles when all output is handed to the sink: both streams ended, or neither has given anything for
   * `silenceMs` milliseconds though it could (a grandchild holds them open and has nothing to say).
   * Meant for after the program's own end, when all that it wrote is in the pipes already.
   */
  async drained(silenceMs: number): Promise<void> {
    this.lastActivity = performance.now();
    const closed = Promise.all(this.all.map((source) => source.closed));
    const silence = new AbortController();
    await Promise.race([closed, this.silent(silenceMs, silence.signal)]);
    silence.abort();
  }

  /** Nobody wants the rest: it is read and dropped, so that whoever writes it is not held up. */
  discard(): void {
    this.discarding = true;
    this.ask = undefined;
    this.goOn();
  }

  private get all(): readonly Source[] {
    return Object.values(this.sources);
  }

  private carry(category: OutputCategory, stream: Readable): Source {
    let settleClosed = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      settleClosed = resolve;
    });
    const decoder = new StringDecoder('utf8');
    const source: Source = {
      ...{ category, stream, decoder, closed, settleClosed },
      cutter: new OutputSplitter(),
      restTimer: undefined,
    };
    stream.on('data', (chunk: Buffer) => this.take({ source, chunk }));
    stream.on('error', () => undefined); // a broken pipe is an end like any other; 'close' follows
    stream.once('close', () => this.take({ source, chunk: undefined }));
    return source;
  }

  private take(read: Read): void {
    this.lastActivity = performance.now();
    if (this.asking || (this.ask !== undefined && this.lastActivity >= this.quietUntil)) {
      this.unasked.push(read);
      this.unaskedBytes += read.chunk?.length ?? 0;
      if (this.asking) this.regulate();
      else void this.askAndCut();
      return;
    }
    this.held.push(...this.cut(read));
    this.handOver();
  }

  private async askAndCut(): Promise<void> {
    this.asking = true;
    while (this.unasked.length > 0) {
      const asked = this.unasked;
      this.unasked = [];
      this.regulate();
      const { callsExpected } = this;
      const quietMs = await this.ask?.();
      if (quietMs === undefined) this.ask = undefined;
      const bytes = asked.reduce((sum, { chunk }) => sum + (chunk?.length ?? 0), 0);
      this.bareBytes = callsExpected === this.callsExpected ? this.bareBytes + bytes : 0;
      const isFlood = bytes >= FLOOD_BYTES && this.bareBytes >= FLOOD_RUN_BYTES;
      this.lastActivity = performance.now();
      this.quietUntil = this.lastActivity + Math.max(quietMs ?? 0, isFlood ? FLOOD_QUIET_MS : 0);
      this.unaskedBytes -= bytes;
      this.held.push(...inOrderOfCalls(asked.flatMap((read) => this.cut(read))));
      this.handOver();
    }
    this.asking = false;
    this.regulate();
  }

  private cut({ source, chunk }: Read): Handover[] {
    clearTimeout(source.restTimer);
    if (chunk === undefined) return [...this.letGo(source), { source }];
    const pieces = source.cutter.split(chunk);
    if (source.cutter.isHolding) this.awaitRest(source);
    return pieces.map((piece) => ({ source, piece }));
  }

  private awaitRest(source: Source): void {
    source.restTimer = setTimeout(() => {
      // The rest may be there, and not be read.
      if (this.full || this.asking) this.awaitRest(source);
      else {
        this.held.push(...this.letGo(source));
        this.handOver();
      }
    }, REST_MS).unref();
  }

  private letGo(source: Source): Handover[] {
    return source.cutter.flush().map((piece) => ({ source, piece }));
  }

  private hand({ source: { category, decoder, settleClosed }, piece }: Handover): void {
    if (piece === undefined) {
      this.write(category, decoder.end());
      settleClosed();
      return;
    }
    const text = decoder.write(piece.bytes);
    const { call } = piece;
    if (call === undefined) this.write(category, text);
    else this.writeCall(category, text, call);
  }

  private write(category: OutputCategory, text: string): void {
    if (text !== '' && !this.discarding) this.sink.write(category, text);
  }

  private writeCall(category: OutputCategory, text: string, call: ConsoleCall): void {
    if (this.discarding) return;
    for (let ended = this.groups.enter(call); ended > 0; ended -= 1) {
      this.sink.write(category, '', { group: 'end' });
    }
    if (call.details.group !== 'end') this.sink.write(category, text, call.details);
  }

  /** @returns whether nothing is left, and more can be read */
  private handOver(): boolean {
    if (this.full) return false;
    while (this.held.length > 0) {
      if (this.sink.isFull() && !this.discarding) {
        void this.waitForRoom();
        return false;
      }
      const next = this.held.shift();
      if (next !== undefined) this.hand(next);
    }
    return true;
  }

  private async waitForRoom(): Promise<void> {
    this.full = true;
    this.regulate();
    await this.sink.hasRoom();
    this.goOn();
  }

  private goOn(): void {
    this.full = false;
    if (!this.handOver()) return;
    this.lastActivity = performance.now();
    this.regulate();
  }

  /** The streams flow as long as there is room for what they give. */
  private regulate(): void {
    const isWaiting = this.full || (this.asking && this.unaskedBytes >= MAX_UNASKED_BYTES);
    for (const { stream } of this.all) {
      if (isWaiting) stream.pause();
      else stream.resume();
    }
  }

  private async silent(silenceMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const quietMs = this.full || this.asking ? 0 : performance.now() - this.lastActivity;
      if (quietMs >= silenceMs || signal.aborted) return;
      await interruptibleDelay(silenceMs - quietMs, signal);
      await turnOfLoop(); // timers come before input: what lies in the pipe since a busy spell is read first
    }
  }
}

function interruptibleDelay(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
