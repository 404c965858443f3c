import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { finished } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Endpoint } from '../../src/ipc/transport/transport.js';
import { within } from './within.js';

/** A peer that sends bytes, so that it can break the protocol. It does not read until `readToEnd`. */
export interface RawPeer {
  readonly socket: Socket;
  /** Writes. Resolves when the kernel has taken the bytes. */
  write(bytes: Buffer): Promise<void>;
  /** Ends the peer's direction of the connection. */
  end(): void;
  /** Drops the connection at once, without a reset if no bytes are unread. */
  destroy(): void;
  /** Reads until the other side ends. */
  readToEnd(): Promise<Buffer>;
  /** Resolves when the other side has ended or dropped the connection. What it sent is lost. */
  dropped(): Promise<void>;
}

/** Connects a raw peer to an endpoint. Its socket is destroyed when the test ends. */
export async function connectRaw(endpoint: Endpoint): Promise<RawPeer> {
  const socket = connect({ ...addressOf(endpoint), allowHalfOpen: true });
  socket.pause();
  onTestFinished(() => {
    socket.destroy();
  });
  await within(once(socket, 'connect'), 'the raw peer connects');
  socket.on('error', () => undefined);
  return rawPeer(socket, endpoint.transport === 'pipe');
}

/** The options of `net.connect` for an endpoint. */
export function addressOf(endpoint: Endpoint): { path: string } | { host: string; port: number } {
  switch (endpoint.transport) {
    case 'tcp':
      return { host: endpoint.host, port: endpoint.port };
    case 'unix':
      return { path: endpoint.path };
    case 'pipe':
      return { path: endpoint.pipeName };
    case 'fd':
      throw new Error('an inherited descriptor cannot be connected to');
  }
}

/** @param isPipe true: the other side learns of the end only when this side closes */
function rawPeer(socket: Socket, isPipe: boolean): RawPeer {
  return {
    socket,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    end: () => {
      socket.end(() => {
        if (isPipe) socket.destroy();
      });
    },
    destroy: () => socket.destroy(),
    readToEnd: async () => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
      if (!socket.readableEnded) await within(once(socket, 'end'), 'the other side ends');
      return Buffer.concat(chunks);
    },
    dropped: () => {
      const over = new Promise<void>((resolve) => {
        finished(socket.resume(), { writable: false }, () => {
          resolve();
        });
      });
      return within(over, 'the other side drops the connection');
    },
  };
}
