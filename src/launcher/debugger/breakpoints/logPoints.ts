import type { Runtime } from 'node:inspector';
import { settlesWithin } from '../../../ipc/index.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { formatValue } from '../formatting/valueFormat.js';
import type { LogMessage } from './logMessage.js';
import { PROBE_NAME } from '../inspector/probeName.js';

/** The values that a log point has logged, in the order of its expressions. */
export interface LoggedValues {
  readonly id: number;
  readonly values: readonly Runtime.RemoteObject[];
  /** The indexes of expressions that threw. Their values are the exceptions. */
  readonly thrownIndexes: ReadonlySet<number>;
}

/** The time limit for the response of a thread that is about to end, in milliseconds. */
const FLUSH_MS = 500;
/** The inspector's object group for the arguments of console calls. */
const CONSOLE_GROUP = 'console';

/**
 * Receives the messages of the log points of one thread.
 *
 * The inspector keeps every object that was passed to a console call, also by the program itself. Therefore
 * all these objects are released after the received calls have been handled.
 */
export class LogPoints {
  private enabled: Promise<void> | undefined;
  private isReleaseScheduled = false;

  constructor(
    private readonly client: InspectorClient,
    logged: (logged: LoggedValues) => void,
  ) {
    client.on('Runtime.consoleAPICalled', ({ args }) => {
      const values = readLoggedValues(args);
      if (values !== undefined) logged(values);
      this.scheduleRelease();
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

  /** Resolves when all logged messages have been received, or after a time limit. */
  async flush(): Promise<void> {
    if (this.enabled === undefined) return;
    await settlesWithin(this.client.post('Runtime.discardConsoleEntries'), FLUSH_MS);
  }

  private async enableNow(): Promise<void> {
    const { client } = this;
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
      this.client.post('Runtime.releaseObjectGroup', { objectGroup: CONSOLE_GROUP }).catch(() => undefined);
    });
  }
}

/** @returns undefined for a console call of the program itself */
function readLoggedValues([probeName, id, thrownIndexes, ...values]: readonly Runtime.RemoteObject[]):
  LoggedValues | undefined {
  if (probeName?.value !== PROBE_NAME || typeof id?.value !== 'number') return undefined;
  const indexes = String(thrownIndexes?.value ?? '').split(' ');
  return {
    id: id.value,
    values,
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
