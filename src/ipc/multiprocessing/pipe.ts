import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { Connection } from './connection.js';
import { settingsOf } from './options.js';
import type { ConnectionOptions } from './options.js';

/** Options of `pipe`. */
export interface PipeOptions<T> extends ConnectionOptions<T> {
  /** True (default) for both directions. False: the first end only reads, the second only writes. */
  readonly duplex?: boolean | undefined;
}

/**
 * Creates two connected ends within this process, like Python's `Pipe`: framed, bounded and ended like any
 * other connection. No other process can reach them, so there is no authentication.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an invalid limit
 */
export function pipe<T = unknown>(options: PipeOptions<T> = {}): [Connection<T>, Connection<T>] {
  const settings = settingsOf(options);
  const [first, second] = duplexPair();
  propagateEnd(first, second);
  propagateEnd(second, first);
  const duplex = options.duplex !== false;
  return [
    new Connection(first, settings, { readable: true, writable: duplex }),
    new Connection(second, settings, { readable: duplex, writable: true }),
  ];
}

/**
 * Ends the other stream when one is dropped, as sockets do. A `duplexPair` itself does not report the drop.
 */
function propagateEnd(dropped: Duplex, other: Duplex): void {
  dropped.once('close', () => {
    if (dropped.writableFinished || other.destroyed) return;
    other.once('end', () => other.destroy());
    other.push(null);
  });
}
