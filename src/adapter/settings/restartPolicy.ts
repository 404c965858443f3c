import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** How a session begins again when its program has gone. */
export interface RestartPolicy {
  /** The time before it begins again, in milliseconds. */
  readonly delayMs: number;
  /** How often it begins again, in a row. */
  readonly maxAttempts: number;
  /** How often it has. */
  readonly attempts: number;
}

/** The longest delay, in milliseconds: what a Node.js timer takes. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Reads `restart`: true, or an object with `delay` in milliseconds and `maxAttempts`. The client sends back as
 * `__restart` what it was given with the end of the session before.
 *
 * @returns undefined if the session does not begin again
 * @throws DapError for a value of another kind
 */
export function readRestart(raw: Message): RestartPolicy | undefined {
  const { restart, __restart: last } = raw;
  if (restart === undefined || restart === null || restart === false) return undefined;
  const attempts = isRecord(last) && typeof last.attempts === 'number' ? last.attempts : 0;
  if (restart === true) return { delayMs: 0, maxAttempts: Infinity, attempts };
  if (!isRecord(restart)) {
    throw badLaunchArgument('"restart" must be true, false, or an object with "delay" and "maxAttempts".');
  }
  return {
    delayMs: numberOf(restart, 'delay', 0, MAX_DELAY_MS),
    maxAttempts: numberOf(restart, 'maxAttempts', Infinity, Infinity),
    attempts,
  };
}

function numberOf(restart: Message, name: string, byDefault: number, most: number): number {
  const value = restart[name] ?? byDefault;
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw badLaunchArgument(
    `"restart.${name}" must be a number, 0 or more, and it is ${JSON.stringify(value)}.`,
  );
}
