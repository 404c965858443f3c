import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { Connection } from './connection.js';
import { settingsOf } from './options.js';
import type { ConnectionOptions } from './options.js';

export interface PipeOptions<T> extends ConnectionOptions<T> {
  /** Both ways. Default true; false: the first end only reads, the second only writes. */
  readonly duplex?: boolean | undefined;
}

/**
 * Two connected ends within this process, as Python's `Pipe`: framed, bounded and ended like any other
 * connection. Nobody else can reach them, so there is nothing to authenticate.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for a limit that is none
 */
export function pipe<T = unknown>(options: PipeOptions<T> = {}): [Connection<T>, Connection<T>] {
  const settings = settingsOf(options);
  const [first, second] = duplexPair();
  tellEnd(first, second);
  tellEnd(second, first);
  const duplex = options.duplex !== false;
  return [
    new Connection(first, settings, { readable: true, writable: duplex }),
    new Connection(second, settings, { readable: duplex, writable: true }),
  ];
}

/** An end that is dropped is an end to the other, as with sockets: the pair itself would never say so. */
function tellEnd(dropped: Duplex, other: Duplex): void {
  dropped.once('close', () => {
    if (dropped.writableFinished || other.destroyed) return;
    other.once('end', () => other.destroy());
    other.push(null);
  });
}
