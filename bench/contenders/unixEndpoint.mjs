import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Listens on a plain Unix socket, for contenders that do not listen themselves. Accepts one peer.
 *
 * @returns {Promise<{ path: string, peer: Promise<import('node:net').Socket>, close: () => void }>}
 */
export async function listenOnUnixSocket() {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const path = join(directory, 's');
  const server = createServer();
  const peer = new Promise((resolve) => server.once('connection', resolve));
  await new Promise((resolve, reject) => server.once('error', reject).listen(path, resolve));
  const close = () => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { path, peer, close };
}

/** @returns {Promise<import('node:net').Socket>} */
export function connectToUnixSocket(path) {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject).once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}

/**
 * Creates a contender from a function that opens a channel on a socket.
 *
 * @param {string} title
 * @param {(socket: import('node:net').Socket, receive: (message: object) => void) => object} open returns a
 * channel: `send`, `sendAndWait`, `close`
 */
export function overUnixSocket(title, open) {
  return {
    title,
    async listen(receive) {
      const { path, peer, close } = await listenOnUnixSocket();
      const accept = async () => {
        const socket = await peer;
        close();
        return open(ignoringErrors(socket), receive);
      };
      return { args: [path], env: {}, accept, close };
    },
    async connect([path], receive) {
      return open(ignoringErrors(await connectToUnixSocket(path)), receive);
    },
  };
}

/** Ignores errors: a peer may disconnect at the end of a measurement. */
function ignoringErrors(socket) {
  return socket.on('error', () => undefined);
}

/** Ends a socket and waits until it is closed. */
export function endSocket(socket) {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    socket.once('close', resolve).end();
  });
}
