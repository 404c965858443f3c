/*
 * The wire of multiprocessing.connection put together by hand from its description, so that a mistake in the
 * code under test cannot hide behind itself.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Address } from '../../../../../src/ipc/multiprocessing/index.js';
import { readBytes } from '../../../../security/support/sessions.js';
import { within } from '../../../../support/within.js';
import { posix } from '../../../../support/platform.js';

export const WELCOME = Buffer.from('#WELCOME#');
export const FAILURE = Buffer.from('#FAILURE#');
const CHALLENGE = '#CHALLENGE#';

/** One message as it crosses the wire. */
export function rawMessage(payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** One message in the long form, which Python takes for any length. */
export function rawLongMessage(payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload);
  const length = Buffer.alloc(12, 0xff);
  length.writeBigUInt64BE(BigInt(bytes.length), 4);
  return Buffer.concat([length, bytes]);
}

/** The content of a challenge of CPython 3.12 and later, or of earlier versions if there is no digest. */
export function rawChallenge(digest?: string): Buffer {
  return digest === undefined
    ? randomBytes(20)
    : Buffer.concat([Buffer.from(`{${digest}}`), randomBytes(40)]);
}

/** The answer to a challenge; `prefix` is what stands before the MAC, empty for CPython up to 3.11. */
export function rawAnswer(
  key: string | Uint8Array,
  challenge: Buffer,
  digest = 'sha256',
  prefix = `{${digest}}`,
) {
  const mac = createHmac(digest.replace('_', '-'), key).update(challenge).digest();
  return Buffer.concat([Buffer.from(prefix), mac]);
}

/** A peer of bytes. */
export class RawPython {
  constructor(readonly socket: Socket) {
    socket.on('error', () => undefined).pause();
    onTestFinished(() => {
      socket.destroy();
    });
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  send(payload: Uint8Array | string): void {
    this.write(rawMessage(payload));
  }

  challenge(challenge: Buffer): void {
    this.send(Buffer.concat([Buffer.from(CHALLENGE), challenge]));
  }

  /** Ends what is sent. A pipe, which cannot end in one direction, is closed. */
  end(): void {
    const isPipe = !posix && this.socket.remoteAddress === undefined;
    this.socket.end(() => {
      if (isPipe) this.socket.destroy();
    });
  }

  /** The payload of the next message. */
  async receive(): Promise<Buffer> {
    const length = (await readBytes(this.socket, 4)).readInt32BE();
    return length === 0 ? Buffer.alloc(0) : readBytes(this.socket, length);
  }

  /** Receives a challenge. @returns its content @throws for another message */
  async receiveChallenge(): Promise<Buffer> {
    const message = await this.receive();
    if (message.toString('latin1', 0, CHALLENGE.length) !== CHALLENGE) throw new Error('it is no challenge');
    return message.subarray(CHALLENGE.length);
  }
}

/** Connects one. */
export async function connectRawPython(address: Address): Promise<RawPython> {
  const where = typeof address === 'string' ? { path: address } : { host: address[0], port: address[1] };
  const socket = connect({ ...where, allowHalfOpen: true });
  const peer = new RawPython(socket);
  await within(once(socket, 'connect'), 'the raw peer connects');
  return peer;
}

/** Listens with one, on TCP. */
export async function listenRawPython(): Promise<{ address: Address; accept(): Promise<RawPython> }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const peers: RawPython[] = [];
  const waiting: ((peer: RawPython) => void)[] = [];
  server.on('connection', (socket) => {
    const peer = new RawPython(socket);
    const first = waiting.shift();
    if (first === undefined) peers.push(peer);
    else first(peer);
  });
  server.listen(0, '127.0.0.1');
  await within(once(server, 'listening'), 'the raw listener listens');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    address: ['127.0.0.1', port],
    accept: () => {
      const peer = peers.shift();
      if (peer !== undefined) return Promise.resolve(peer);
      return within(new Promise<RawPython>((resolve) => waiting.push(resolve)), 'a connection');
    },
  };
}
