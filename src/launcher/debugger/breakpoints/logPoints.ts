import type { Runtime } from 'node:inspector';
import { settlesWithin } from '../../../ipc/index.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { formatValue } from '../formatting/valueFormat.js';
import type { LogMessage } from './logMessage.js';
import { PROBE } from './probe.js';

/** What a log point has logged: its values, in the order of its expressions. */
export interface Logged {
  readonly id: number;
  readonly values: readonly Runtime.RemoteObject[];
  /** The values that are what an expression has thrown, by their index. */
  readonly thrown: ReadonlySet<number>;
}

/** How long a thread that is about to end may take to answer. In milliseconds. */
const FLUSH_MS = 500;
/** The inspector's name for all that a console was given. */
const CONSOLE_GROUP = 'console';

/**
 * Hears what the log points of one thread log. The inspector holds every object that a console call was given, also
 * by the program, so all of them are let go when the calls that have come in are through.
 */
export class LogPoints {
  private enabled: Promise<void> | undefined;
  private releasing = false;

  constructor(
    private readonly client: InspectorClient,
    logged: (logged: Logged) => void,
  ) {
    client.on('Runtime.consoleAPICalled', ({ args }) => {
      const read = readLogged(args);
      if (read !== undefined) logged(read);
      this.releaseSoon();
    });
  }

  /** Idempotent. To be called when there is a log point: a program that logs much pays for it. */
  enable(): Promise<void> {
    this.enabled ??= this.enableNow();
    return this.enabled;
  }

  /** Resolves when all that was logged has been heard, or the thread does not answer in time. */
  async flush(): Promise<void> {
    if (this.enabled === undefined) return;
    await settlesWithin(this.client.post('Runtime.discardConsoleEntries'), FLUSH_MS);
  }

  private async enableNow(): Promise<void> {
    const { client } = this;
    await Promise.all([
      // Else what was logged before would be told now.
      client.post('Runtime.discardConsoleEntries'),
      client.post('Runtime.enable'),
      client.post('Runtime.setMaxCallStackSizeToCapture', { size: 0 }),
    ]);
  }

  private releaseSoon(): void {
    if (this.releasing) return;
    this.releasing = true;
    setImmediate(() => {
      this.releasing = false;
      // Fails only when detached, which releases everything anyway.
      this.client.post('Runtime.releaseObjectGroup', { objectGroup: CONSOLE_GROUP }).catch(() => undefined);
    });
  }
}

/** @returns undefined for a call of the program's own */
function readLogged([mark, id, thrown, ...values]: readonly Runtime.RemoteObject[]): Logged | undefined {
  if (mark?.value !== PROBE || typeof id?.value !== 'number') return undefined;
  const indexes = String(thrown?.value ?? '').split(' ');
  return { id: id.value, values, thrown: new Set(indexes.filter((index) => index !== '').map(Number)) };
}

/** The line that a log point logs. Texts stand for themselves; other values look as in the debug console. */
export function formatLogged({ texts }: LogMessage, { values, thrown }: Logged): string {
  return texts.reduce((line, text, index) => {
    const value = values[index - 1];
    if (value === undefined) return line + text;
    return line + (thrown.has(index - 1) ? `<${formatValue(value)}>` : formatPart(value)) + text;
  });
}

function formatPart(value: Runtime.RemoteObject): string {
  return value.type === 'string' ? String(value.value) : formatValue(value);
}
