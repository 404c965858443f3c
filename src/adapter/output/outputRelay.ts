import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { SessionFaults } from '../dap/sessionFaults.js';
import { sendInOrder } from './eventOrder.js';
import { CallQueries } from './callQueries.js';
import type { CallQuery } from './callQueries.js';
import { FloodQuiet } from './floodQuiet.js';
import { openSource } from './outputSource.js';
import type { Source, StreamRead } from './outputSource.js';
import type { ConsoleCall } from './pieces.js';
import { OutputGroups } from './outputGroups.js';
import { StackPlaces } from './stackPlaces.js';
import { awaitDrained } from './outputDrain.js';
import { OutputQueue } from './outputQueue.js';
import type { OutputItem } from './outputQueue.js';
import type { OutputCategory, OutputSink } from './outputSink.js';

/** The number of bytes that are read during a query. Beyond it the streams are paused. */
const MAX_UNQUERIED_BYTES = 64 * 1024;
/** The time in which the rest of a call's text arrives, in milliseconds. After it, the text is plain. */
const REST_MS = 250;

/** The time in which the text of an earlier call on the other stream is waited for, in milliseconds. */
const MISSING_MS = 100;
/** The default of the time for the output of a program that has ended, in milliseconds. */
const DRAIN_LIMIT_MS = 2_000;

/**
 * Relays a program's stdout and stderr to the client, in pieces of whole UTF-8 characters, and no faster than the
 * client reads. While the client is behind, the streams are paused, and the program itself waits on its full pipe. The
 * chunks read by then wait here and not in the client's stream, so that responses and other events overtake them.
 *
 * With a call query, the bytes wait until the launcher has described the console calls that wrote them, and both streams
 * and the program's events are written in the order of these calls.
 */
export class OutputRelay {
  private readonly sources: Readonly<Record<OutputCategory, Source>>;
  private readonly groups = new OutputGroups();
  private readonly places = new StackPlaces();
  private readonly queue: OutputQueue<Source>;
  private missingTimer: NodeJS.Timeout | undefined;
  /** The number of chunks that were read. */
  private reads = 0;
  /** The chunks that were read since the last query. */
  private unqueried: StreamRead[] = [];
  private unqueriedBytes = 0;
  private readonly queries = new CallQueries();
  private isQuerying = false;
  /** The time until which no console call is expected and no query is made. */
  private quietUntil = 0;
  private lastOrder = 0;
  private readonly floods = new FloodQuiet();
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
    const onRead = this.faults.guard((read: StreamRead) => this.onRead(read));
    this.sources = {
      stdout: openSource('stdout', streams.stdout, onRead),
      stderr: openSource('stderr', streams.stderr, onRead),
    };
    this.queue = new OutputQueue(this.all);
  }

  /** Adds a query for console calls. Bytes that are read from now on wait for its result. */
  addCallQuery(query: CallQuery): void {
    this.queries.add(query);
  }

  /** Adds a console call of the program. Calls are added in the order in which they were made. */
  expectCall(category: OutputCategory, call: Omit<ConsoleCall, 'order'>): void {
    this.lastOrder += 1;
    const order = call.offset === undefined ? undefined : this.lastOrder;
    this.sources[category].splitter.expectCall({ ...call, order });
  }

  /** Adds a place in a compiled script that text may name from now on, and its place in the source. */
  expectPlace(place: string, original: string): void {
    this.places.add(place, original);
  }

  /** True while an event waits: later ones must not overtake it. */
  get holdsEvents(): boolean {
    return this.queue.hasEvents;
  }

  /**
   * Sends an event of the program after the output before it: the text of all calls that were added, and with
   * `afterText` also what else is in the streams, for a program that is stopped. The event waits a short time at most.
   */
  sendInOrder(send: () => void, afterText = false): void {
    this.lastOrder += 1;
    const output = {
      reads: () => this.reads,
      isQuerying: () => this.isQuerying,
      isSinkFull: () => this.isSinkFull,
      write: () => this.writeWaiting(),
    };
    this.faults.watch(sendInOrder(this.queue, { order: this.lastOrder, send }, output, afterText));
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
    const view = {
      isBehind: () => this.isSinkFull || this.isQuerying || !this.queue.isEmpty,
      quietMs: () => performance.now() - this.lastActivity,
      bytes: () => this.bytesSinceEnd,
    };
    await awaitDrained(view, closed, { silenceMs, limitMs });
  }

  /** Drops the output from now on, and sends the events that waited for it. No process that writes is blocked. */
  discard(): void {
    this.isDiscarding = true;
    this.queries.clear();
    for (const { send } of this.queue.takeEvents()) send();
    this.resume();
  }

  private get all(): readonly Source[] {
    return Object.values(this.sources);
  }

  private onRead(read: StreamRead): void {
    this.lastActivity = performance.now();
    this.reads += 1;
    if (this.isQuerying || (!this.queries.isEmpty && this.lastActivity >= this.quietUntil)) {
      this.unqueried.push(read);
      this.unqueriedBytes += read.chunk?.length ?? 0;
      if (this.isQuerying) this.updateFlow();
      else this.faults.watch(this.queryAndSplit());
      return;
    }
    this.queue.push(this.split(read));
    this.writeWaiting();
  }

  private async queryAndSplit(): Promise<void> {
    this.isQuerying = true;
    while (this.unqueried.length > 0) {
      const batch = this.unqueried;
      this.unqueried = [];
      this.updateFlow();
      const { lastOrder } = this;
      const quietMs = await this.queries.ask();
      const bytes = batch.reduce((sum, { chunk }) => sum + (chunk?.length ?? 0), 0);
      const floodMs = this.floods.record(bytes, lastOrder !== this.lastOrder);
      this.lastActivity = performance.now();
      this.quietUntil = this.lastActivity + Math.max(quietMs, floodMs);
      this.unqueriedBytes -= bytes;
      this.queue.push(batch.flatMap((read) => this.split(read)));
      this.writeWaiting();
    }
    this.isQuerying = false;
    this.updateFlow();
  }

  private split({ source, chunk }: StreamRead): OutputItem<Source>[] {
    clearTimeout(source.restTimer);
    if (chunk === undefined) {
      source.hasEnded = true;
      return [...this.flush(source), { source }];
    }
    const pieces = source.splitter.split(chunk);
    if (source.splitter.isIncomplete) this.startRestTimer(source);
    return pieces.map((piece) => ({ source, piece }));
  }

  private startRestTimer(source: Source): void {
    const onTimeout = this.faults.guard(() => {
      // The rest may have arrived without being read.
      if (this.isSinkFull || this.isQuerying) this.startRestTimer(source);
      else {
        this.queue.push(this.flush(source));
        this.writeWaiting();
      }
    });
    source.restTimer = setTimeout(onTimeout, REST_MS).unref();
  }

  private flush(source: Source): OutputItem<Source>[] {
    return source.splitter.flush().map((piece) => ({ source, piece }));
  }

  private writeItem({ source: { category, decoder, settleClosed }, piece }: OutputItem<Source>): void {
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
    if (text !== '' && !this.isDiscarding) this.sink.write(category, this.places.translate(text));
  }

  private writeCall(category: OutputCategory, text: string, call: ConsoleCall): void {
    if (this.isDiscarding) return;
    for (let ended = this.groups.record(call); ended > 0; ended -= 1) {
      this.sink.write(category, '', { group: 'end' });
    }
    if (call.details.group === 'end') return;
    this.sink.write(category, call.styled ?? this.places.translate(text), call.details);
  }

  /** Writes waiting items while there is room. Returns true if all are written and more can be read. */
  private writeWaiting(): boolean {
    if (this.isSinkFull) return false;
    clearTimeout(this.missingTimer);
    while (!this.queue.isEmpty) {
      if (this.sink.isFull() && !this.isDiscarding) {
        this.faults.watch(this.waitForRoom());
        return false;
      }
      const next = this.queue.next();
      if (next === undefined) {
        this.startMissingTimer();
        return true; // More must be read.
      }
      if ('send' in next) next.send();
      else this.writeItem(next);
    }
    return true;
  }

  /** Gives the text of an earlier call a short time without any other: its bytes may have gone elsewhere. */
  private startMissingTimer(): void {
    const before = this.reads;
    const onIdle = this.faults.guard(() => {
      if (before === this.reads && !this.isQuerying) this.queue.abandonMissing();
      this.writeWaiting();
    });
    // Timers run before input: what has arrived is read first.
    const onTimeout = (): void => void turnOfLoop().then(turnOfLoop).then(onIdle);
    this.missingTimer = setTimeout(onTimeout, MISSING_MS).unref();
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
}
