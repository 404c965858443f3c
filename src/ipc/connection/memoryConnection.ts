import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport } from '../transport/transport.js';
import { ConnectionBase } from './connectionBase.js';

/** What both ends prove to each other in their handshake. No descriptor has this number. */
const ENDPOINT: Endpoint = { transport: 'fd', fd: -1 };

/** A connection in the memory of this process, for {@link memoryConnections}. It needs no authentication. */
class MemoryConnection extends ConnectionBase {
  constructor(stream: Duplex) {
    super(memoryTransport(stream), { auth: 'off' });
  }
}

/** Opens both ends of a connection in memory. No file, socket or other handle belongs to it. */
export async function memoryConnections(): Promise<{ listener: ConnectionBase; connector: ConnectionBase }> {
  const [one, other] = duplexPair();
  breakTogether(one, other);
  breakTogether(other, one);
  const [listener, connector] = [new MemoryConnection(one), new MemoryConnection(other)];
  await Promise.all([listener.accept(), connector.connect()]);
  return { listener, connector };
}

/** The transport that has one end of the pair, which is open already: as with an inherited socket pair. */
function memoryTransport(stream: Duplex): Transport {
  // A connection uses what every duplex stream has.
  const socket = stream as Socket;
  return {
    name: 'fd',
    listen: (onSocket) =>
      Promise.resolve({
        endpoint: ENDPOINT,
        offer: () => {
          onSocket(socket);
        },
        close: () => Promise.resolve(),
      }),
    dial: () => socket,
    describe: () => describeEndpoint(ENDPOINT),
  };
}

/** Destroys the other end when this one is destroyed before its own end, as a socket is reset then. */
function breakTogether(one: Duplex, other: Duplex): void {
  one.once('close', () => {
    if (!one.writableFinished) other.destroy(new Error('the other end was destroyed'));
  });
}
