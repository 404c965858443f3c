import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** The numbers of a client's first line and first column, from `initialize`. Launchers count both from 1. */
export interface ClientPositions {
  readonly linesStartAt1: boolean;
  readonly columnsStartAt1: boolean;
}

/** The default of DAP. */
export const ONE_BASED: ClientPositions = { linesStartAt1: true, columnsStartAt1: true };

/** The direction of a translation: 1 towards the launcher, -1 towards the client. */
type Direction = 1 | -1;

/** The key of {@link shiftPositions} for an object that holds the positions itself. */
export const WHOLE = '';

/**
 * Translates line and column numbers.
 *
 * @param record arguments or a body
 * @param key the field with the positions, an object or a list of objects; {@link WHOLE}: `record` itself
 */
export function shiftPositions(
  record: Message,
  key: string,
  { linesStartAt1, columnsStartAt1 }: ClientPositions,
  direction: Direction,
): Message {
  const lines = linesStartAt1 ? 0 : direction;
  const columns = columnsStartAt1 ? 0 : direction;
  const by = { line: lines, endLine: lines, column: columns, endColumn: columns };
  if (key === WHOLE) return shift(record, by);
  const value = record[key];
  if (isRecord(value)) return { ...record, [key]: shift(value, by) };
  if (!Array.isArray(value)) return record;
  return { ...record, [key]: value.map((item: unknown) => (isRecord(item) ? shift(item, by) : item)) };
}

function shift(record: Message, by: Readonly<Record<string, number>>): Message {
  const shifted = { ...record };
  for (const [key, distance] of Object.entries(by)) {
    const value = record[key];
    if (typeof value === 'number') shifted[key] = value + distance;
  }
  return shifted;
}
