import type { Connection } from './connection.js';
import { readyWithin } from './readiness.js';

/**
 * Waits until a read of one of the connections would resolve at once, with a message or at the end.
 *
 * @param options.timeoutMs time to wait, in milliseconds: 0 or less checks once. Default `Infinity`
 * @returns the connections that are ready, in the given order; empty after the timeout
 * @throws IpcError `ERR_IPC_CLOSED` for a closed connection, `ERR_IPC_STATE` for an end that only writes
 */
export async function wait<C extends Connection>(
  connections: Iterable<C>,
  { timeoutMs = Infinity }: { readonly timeoutMs?: number | undefined } = {},
): Promise<C[]> {
  const given = [...connections];
  const sources = given.map((connection) => connection.source);
  // Nothing can become ready without connections, so there is nothing to wait for.
  if (given.length > 0) await readyWithin(sources, timeoutMs);
  return given.filter((_, index) => sources[index]?.isReady);
}
