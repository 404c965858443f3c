import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Message } from '../../ipc/index.js';
import type { SourceLocations } from '../debugger/sources/sourceLocations.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Variable } from '../debugger/values/variables.js';
import type { RecordRing } from '../link/threadLink.js';
import { ConsoleValues } from './consoleValues.js';
import { quietForMs, takeNotes } from './recordReader.js';

/** A call as the program's thread has noted it. */
interface CallNote extends Message {
  /** The id of its values, where they are kept. */
  readonly call?: number;
  readonly url?: string;
  readonly line?: number;
  readonly column?: number;
}

/** What the program's console calls have to tell beside their text, for the adapter to ask for. */
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

  /** To be called before the program starts. */
  prepare(): Promise<void> {
    return this.values.prepare();
  }

  /**
   * Tells of every call whose text is written by now, and some of those whose is about to be.
   *
   * @returns for how long none will be told of again, in milliseconds; 0: that is not known
   */
  flush(): number {
    const quietMs = quietForMs(this.ring);
    const calls = takeNotes(this.ring).map((line) => this.describe(JSON.parse(line) as CallNote));
    if (calls.length > 0) this.emit('consoleCalls', { calls });
    return quietMs;
  }

  /** Whether a reference is of the values of a call. */
  has(reference: number): boolean {
    return this.values.has(reference);
  }

  /** @throws DebuggerError where they are kept no longer */
  read(reference: number): Promise<Variable[]> {
    return this.values.read(reference);
  }

  private describe({ call, url, line, column, ...rest }: CallNote): object {
    return {
      ...rest,
      ...(call !== undefined && { variablesReference: this.values.referenceOf(call) }),
      ...(url !== undefined &&
        line !== undefined &&
        column !== undefined &&
        this.locations.original(scriptUrl(url), line - 1, column - 1)),
    };
  }
}

/** Stacks name CommonJS scripts by their paths, the inspector by URLs. */
function scriptUrl(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}
