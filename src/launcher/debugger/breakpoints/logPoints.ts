import type { Runtime } from 'node:inspector';
import { settlesWithin } from '../../../ipc/index.js';
import type { BreakableThread } from './breakpoint.js';
import { formatValue } from '../formatting/valueFormat.js';
import type { LogMessage } from './logMessage.js';
import { PROBE_NAME } from '../inspector/probeName.js';

/** The values that a log point has logged, in the order of its expressions. */
export interface LoggedValues {
  readonly id: number;
  readonly values: readonly Runtime.RemoteObject[];
  /** The position in the call records behind the console calls that were made before. Undefined if it is not known. */
  readonly position: number | undefined;
  /** The indexes of expressions that threw. Their values are the exceptions. */
  readonly thrownIndexes: ReadonlySet<number>;
}

/** The longest silence of a thread that still has messages. A busy thread does not answer. */
const FLUSH_MS = 1_000;
/** The inspector's object group for the arguments of console calls. */
const CONSOLE_GROUP = 'console';

/**
 * Receives the messages of the log points of one thread.
 *
 * The inspector keeps every object that was passed to a console call, also by the program itself. Therefore
 * all these objects are released after the received calls have been handled, unless the program's calls are
 * reported: their objects belong to the report.
 */
export class LogPoints {
  private enabled: Promise<void> | undefined;
  private isReleaseScheduled = false;
  /** The number of console calls so far. */
  private received = 0;

  constructor(
    private readonly thread: Pick<BreakableThread, 'client' | 'reportsConsole'>,
    logged: (logged: LoggedValues) => void,
  ) {
    thread.client.on('Runtime.consoleAPICalled', ({ args }) => {
      this.received += 1;
      const values = readLoggedValues(args);
      if (values !== undefined) logged(values);
      if (!thread.reportsConsole) this.scheduleRelease();
      else if (values !== undefined) this.release(values);
    });
  }

  /**
   * Starts receiving console calls. Called for the first log point, because it slows down a program that logs
   * much. Idempotent.
   */
  enable(): Promise<void> {
    this.enabled ??= this.enableNow();
    return this.enabled;
  }

  /** Resolves when all logged messages have been received, or when no more come for a time. */
  async flush(): Promise<void> {
    if (this.enabled === undefined) return;
    const flushed = this.thread.client.post('Runtime.discardConsoleEntries');
    for (let before = -1; before !== this.received;) {
      before = this.received;
      if (await settlesWithin(flushed, FLUSH_MS)) return;
    }
  }

  private async enableNow(): Promise<void> {
    const { client, reportsConsole } = this.thread;
    if (reportsConsole) return;
    await Promise.all([
      // Without this, earlier console calls would be reported now.
      client.post('Runtime.discardConsoleEntries'),
      client.post('Runtime.enable'),
      client.post('Runtime.setMaxCallStackSizeToCapture', { size: 0 }),
    ]);
  }

  private scheduleRelease(): void {
    if (this.isReleaseScheduled) return;
    this.isReleaseScheduled = true;
    setImmediate(() => {
      this.isReleaseScheduled = false;
      // Fails only if the debugger is detached, which releases all objects.
      this.thread.client
        .post('Runtime.releaseObjectGroup', { objectGroup: CONSOLE_GROUP })
        .catch(() => undefined);
    });
  }

  private release({ values }: LoggedValues): void {
    for (const { objectId } of values) {
      if (objectId === undefined) continue;
      this.thread.client.post('Runtime.releaseObject', { objectId }).catch(() => undefined);
    }
  }
}

/** True for a console call of a log point, false for one of the program itself. */
export function isLogPointCall([probeName]: readonly Runtime.RemoteObject[]): boolean {
  return probeName?.value === PROBE_NAME;
}

/** @returns undefined for a console call of the program itself */
function readLoggedValues([
  probeName,
  id,
  thrownIndexes,
  records,
  ...values
]: readonly Runtime.RemoteObject[]): LoggedValues | undefined {
  if (probeName?.value !== PROBE_NAME || typeof id?.value !== 'number') return undefined;
  const indexes = String(thrownIndexes?.value ?? '').split(' ');
  return {
    id: id.value,
    values,
    position: typeof records?.value === 'number' ? records.value : undefined,
    thrownIndexes: new Set(indexes.filter((index) => index !== '').map(Number)),
  };
}

/**
 * Formats the line that a log point logs. Strings are shown without quotes, other values as in the debug
 * console.
 */
export function formatLogMessage({ texts }: LogMessage, { values, thrownIndexes }: LoggedValues): string {
  return texts.reduce((line, text, index) => {
    const value = values[index - 1];
    if (value === undefined) return line + text;
    return line + (thrownIndexes.has(index - 1) ? `<${formatValue(value)}>` : formatPart(value)) + text;
  });
}

function formatPart(value: Runtime.RemoteObject): string {
  return value.type === 'string' ? String(value.value) : formatValue(value);
}
