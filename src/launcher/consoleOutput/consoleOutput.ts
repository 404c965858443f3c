import type { Message } from '../../ipc/index.js';
import type { SourceLocations } from '../debugger/sources/sourceLocations.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Variable } from '../debugger/values/variables.js';
import type { RecordRing } from '../link/threadLink.js';
import { ConsoleValues } from './consoleValues.js';
import { quietForMs, readRecords } from './recordReader.js';

/** A console call as recorded by the program's thread. */
interface CallRecord extends Message {
  /** Id of the call's arguments, if they are kept. */
  readonly call?: number;
  readonly url?: string;
  readonly line?: number;
  readonly column?: number;
  /** A part of the text that names places in scripts. Without a category: of an error that node prints. */
  readonly stack?: string;
}

/** Describes the program's console calls to the adapter: their arguments, call sites and groups. */
export class ConsoleOutput {
  private readonly values: ConsoleValues;

  /** @param emit sends an event to the adapter */
  constructor(
    private readonly ring: RecordRing,
    main: ThreadDebugger,
    private readonly locations: SourceLocations,
    private readonly emit: (event: string, body: object) => void,
  ) {
    this.values = new ConsoleValues(main);
  }

  /** Must be called before the program starts. */
  prepare(): Promise<void> {
    return this.values.prepare();
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
      this.describe(JSON.parse(line) as CallRecord),
    );
    if (calls.length > 0) this.emit('consoleCalls', { calls });
    return quietMs;
  }

  /** True if a reference belongs to the arguments of a call. */
  has(reference: number): boolean {
    return this.values.has(reference);
  }

  /** @throws DebuggerError if the arguments are no longer kept */
  read(reference: number): Promise<Variable[]> {
    return this.values.read(reference);
  }

  private describe({ call, url, line, column, stack, ...rest }: CallRecord): object[] {
    const places = stack === undefined ? [] : this.placesIn(stack);
    if (rest.category === undefined) return places;
    const described = {
      ...rest,
      ...(call !== undefined && { variablesReference: this.values.referenceOf(call) }),
      ...(url !== undefined &&
        line !== undefined &&
        column !== undefined &&
        this.locations.original(url, line - 1, column - 1)),
    };
    return [...places, described];
  }

  /** Describes the places in a stack that have another place in a source. */
  private placesIn(stack: string): object[] {
    const found = [...this.locations.placesInStack(stack)];
    return found.map(([place, { source, line, column }]) => ({ place, source, at: `${line}:${column}` }));
  }
}
