import type { Message } from '../../ipc/index.js';
import type { SourceLocations } from '../debugger/sources/sourceLocations.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Variable } from '../debugger/values/variables.js';
import type { RecordRing } from '../link/threadLink.js';
import { ConsoleValues } from './consoleValues.js';
import { quietForMs, readRecords } from './recordReader.js';
import { isStyledFormOf, styledText } from './styledText.js';
import { WorkerCalls } from './workerCalls.js';

/** Added to a call's id to make its reference. Other references never get that high. */
const FIRST_CALL = 2 ** 30;

/** A console call as recorded by the program's thread. */
interface CallRecord extends Message {
  /** Id of the call's arguments, if they are kept. */
  readonly call?: number;
  readonly url?: string;
  readonly line?: number;
  readonly column?: number;
  /** The beginning of the text. */
  readonly head?: string;
  /** The format, with `%c` in it, and its values, which are no objects. */
  readonly styles?: readonly unknown[];
  /** A part of the text that names places in scripts. Without a category: of an error that node prints. */
  readonly stack?: string;
}

/** Describes the program's console calls to the adapter: their arguments, call sites and groups. */
export class ConsoleOutput {
  private readonly values: ConsoleValues;
  private readonly workers = new WorkerCalls((record, referenceOf) => {
    const calls = this.describe(JSON.parse(record) as CallRecord, referenceOf);
    if (calls.length > 0) this.emit('consoleCalls', { calls });
  });

  /** @param emit sends an event to the adapter */
  constructor(
    private readonly ring: RecordRing,
    private readonly program: {
      readonly main: ThreadDebugger;
      readonly locations: SourceLocations;
      /** Returns true if the client shows codes for terminals. */
      readonly hasStyles: () => boolean;
    },
    private readonly emit: (event: string, body: object) => void,
  ) {
    this.values = new ConsoleValues(program.main);
  }

  /** Must be called before the program starts. */
  prepare(): Promise<void> {
    return this.values.prepare();
  }

  /** True if calls of worker threads are described. */
  get hasWorkers(): boolean {
    return this.workers.size > 0;
  }

  /** Describes the calls of a worker thread, too. Must be called before the thread runs anything. */
  addWorker(thread: ThreadDebugger): Promise<void> {
    return this.workers.add(thread);
  }

  /**
   * Sends the call records: those of texts that are written, and some of texts that are about to be written.
   *
   * @param end the position in the ring up to which records are sent. Default: all records
   * @returns the time in milliseconds for which no further call will be recorded; 0 if unknown
   */
  flush(end?: number): number {
    const quietMs = quietForMs(this.ring);
    const calls = readRecords(this.ring, end).flatMap((line) =>
      this.describe(JSON.parse(line) as CallRecord, (call) => FIRST_CALL + call),
    );
    if (calls.length > 0) this.emit('consoleCalls', { calls });
    return quietMs;
  }

  /** True if a reference belongs to the arguments of a call. */
  has(reference: number): boolean {
    return reference >= FIRST_CALL || this.workers.has(reference);
  }

  /** @throws DebuggerError if the arguments are no longer kept */
  read(reference: number): Promise<Variable[]> {
    return reference >= FIRST_CALL ? this.values.read(reference - FIRST_CALL) : this.workers.read(reference);
  }

  private describe(
    { call, url, line, column, stack, styles, ...rest }: CallRecord,
    referenceOf: (call: number) => number,
  ): object[] {
    const places = stack === undefined ? [] : this.placesIn(stack);
    if (rest.category === undefined) return places;
    const described = {
      ...rest,
      ...(call !== undefined && { variablesReference: referenceOf(call) }),
      ...(styles !== undefined && this.program.hasStyles() && styledField(styles, rest.head)),
      ...(url !== undefined &&
        line !== undefined &&
        column !== undefined &&
        this.program.locations.original(url, line - 1, column - 1)),
    };
    return [...places, described];
  }

  /** Describes the places in a stack that have another place in a source. */
  private placesIn(stack: string): object[] {
    const found = [...this.program.locations.placesInStack(stack)];
    return found.map(([place, { source, line, column }]) => ({ place, source, at: `${line}:${column}` }));
  }
}

/** The text with its styles, unless the program's console has written another text than node's does. */
function styledField(styles: readonly unknown[], head = ''): { styled?: string } {
  const styled = styledText(styles);
  return styled !== undefined && isStyledFormOf(styled, head) ? { styled: `${styled}\n` } : {};
}
