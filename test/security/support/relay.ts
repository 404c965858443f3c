import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a relay does to a frame of the handshake. Undefined: the frame is passed on as it is. */
export type Tamper = (from: 'connector' | 'listener', frame: Buffer) => Buffer | undefined;

/**
 * Stands between a connector and a listener on a port, and changes frames on their way.
 *
 * @param portOf the listener's port, once a connector has come
 * @returns the port that the connector dials
 */
export async function tamperingRelay(portOf: () => number, tamper: Tamper): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: portOf(), host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(near, far);
    passFrames(near, far, (frame) => tamper('connector', frame));
    passFrames(far, near, (frame) => tamper('listener', frame));
  });
  return relayOnLoopback(server, sockets);
}

/** Has a relay listen at any port until the test ends. @param sockets all of its sockets @returns the port */
export async function relayOnLoopback(server: Server, sockets: readonly Socket[]): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

function passFrames(from: Socket, to: Socket, change: (frame: Buffer) => Buffer | undefined): void {
  let waiting = Buffer.alloc(0);
  from.on('error', () => undefined);
  from.on('end', () => to.end());
  from.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 8 && waiting.length >= 8 + waiting.readUInt32BE(4)) {
      const end = 8 + waiting.readUInt32BE(4);
      const frame = waiting.subarray(0, end);
      to.write(change(frame) ?? frame);
      waiting = waiting.subarray(end);
    }
  });
}
