import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** How a client counts. The launcher, like this adapter, counts lines and columns from 1. */
export interface ClientPositions {
  readonly linesStartAt1: boolean;
  readonly columnsStartAt1: boolean;
}

/** The protocol's default. */
export const ONE_BASED: ClientPositions = { linesStartAt1: true, columnsStartAt1: true };

type Direction = 1 | -1;

function shift(record: Message, positions: ClientPositions, direction: Direction): Message {
  const lines = positions.linesStartAt1 ? 0 : direction;
  const columns = positions.columnsStartAt1 ? 0 : direction;
  const by: Record<string, number> = {
    ...{ line: lines, endLine: lines, column: columns, endColumn: columns },
    // Of a completion: it counts characters, and begins where columns do.
    start: columns,
  };
  const moved = Object.entries(record).map(([key, value]) => [
    key,
    typeof value === 'number' ? value + (by[key] ?? 0) : value,
  ]);
  return Object.fromEntries(moved) as Message;
}

function shiftUnder(record: Message, key: string, move: (item: Message) => Message): Message {
  const value = record[key];
  if (Array.isArray(value)) {
    return { ...record, [key]: value.map((item: unknown) => (isRecord(item) ? move(item) : item)) };
  }
  return isRecord(value) ? { ...record, [key]: move(value) } : record;
}

/**
 * Request arguments in the launcher's counting.
 *
 * @param key where the positions are: an object or a list of objects
 */
export function toLauncherPositions(args: Message, key: string, positions: ClientPositions): Message {
  return shiftUnder(args, key, (item) => shift(item, positions, 1));
}

/** A response or event body in the client's counting; `key` as in {@link toLauncherPositions}. */
export function toClientPositions(body: Message, key: string, positions: ClientPositions): Message {
  return shiftUnder(body, key, (item) => shift(item, positions, -1));
}
