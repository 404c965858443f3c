import type { Connection } from './connection.js';
import { readyWithin } from './readiness.js';

/**
 * Waits until a read of one of the connections would be answered at once, by a message or by the end.
 *
 * @param options.timeoutMs how long, in milliseconds: 0 or less looks once. Default `Infinity`
 * @returns those of which that is so, in the order given; none after the timeout
 * @throws IpcError `ERR_IPC_CLOSED` for one that is closed, `ERR_IPC_STATE` for one that only writes
 */
export async function wait<C extends Connection>(
  connections: Iterable<C>,
  { timeoutMs = Infinity }: { readonly timeoutMs?: number | undefined } = {},
): Promise<C[]> {
  const given = [...connections];
  const sources = given.map((connection) => connection.source);
  // With nothing to wait for there is only the time, and an endless one would be spent for nothing.
  if (given.length > 0) await readyWithin(sources, timeoutMs);
  return given.filter((_, index) => sources[index]?.isReady);
}
