import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/**
 * Compares the kinds of two answers: whether they succeed, which members they have, and of which type. Ids, times and texts
 * may differ.
 *
 * @returns what differs, for people
 */
export function compareAnswers(recorded: Message, live: Message): string[] {
  if (recorded.success !== live.success) {
    return [`${succeeds(recorded)} in the recording, and ${succeeds(live)} now`];
  }
  return recorded.success === true ? compareValues(recorded.body, live.body, 'body') : [];
}

/** Compares two series of events by their names, and stops by their reason, ends by their exit code. */
export function compareEvents(recorded: readonly Message[], live: readonly Message[]): string[] {
  const [before, now] = [recorded.map(described), live.map(described)];
  const at = before.findIndex((event, index) => event !== now[index]);
  if (at < 0 && now.length === before.length) return [];
  const place = at < 0 ? before.length : at;
  const [expected = 'no further one', found = 'no further one'] = [before[place], now[place]];
  return [
    `event ${place + 1} of those that a client waits for is ${expected} in the recording, and ${found} now`,
  ];
}

function compareValues(recorded: unknown, live: unknown, place: string): string[] {
  const [before, now] = [kindOf(recorded), kindOf(live)];
  if (before !== now) return [`${place} is ${before} in the recording, and ${now} now`];
  if (Array.isArray(recorded) && Array.isArray(live)) {
    const isEmpty = recorded.length === 0;
    if (isEmpty !== (live.length === 0)) {
      return [`${place} has ${recorded.length} members in the recording, and ${live.length} now`];
    }
    return isEmpty ? [] : compareValues(recorded[0], live[0], `${place}[0]`);
  }
  if (!isRecord(recorded) || !isRecord(live)) return [];
  const names = new Set([...Object.keys(recorded), ...Object.keys(live)]);
  return [...names].flatMap((name) => compareValues(recorded[name], live[name], `${place}.${name}`));
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

function succeeds({ success, message }: Message): string {
  return success === true ? 'it succeeds' : `it fails (${String(message)})`;
}

function described({ event, body }: Message): string {
  const { reason, exitCode } = isRecord(body) ? body : ({} as Message);
  const detail = reason ?? exitCode;
  const isShown = typeof detail === 'string' || typeof detail === 'number';
  return isShown ? `${String(event)} (${detail})` : String(event);
}
