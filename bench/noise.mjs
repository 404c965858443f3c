import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/**
 * Connects to a Unix socket without authentication, sends random bytes, and ends.
 *
 * @returns {Promise<{ refused: boolean, ms: number }>} `refused`: true if the connection was closed before
 * all bytes were written; `ms`: time from the first byte to the end of the connection
 */
export function makeNoise({ path, bytes }) {
  const noise = randomBytes(bytes);
  noise[0] = 0;
  return new Promise((resolve) => {
    let taken = false;
    let start;
    const socket = connect(path, () => {
      start = performance.now();
      socket.end(noise);
    });
    socket
      .on('finish', () => (taken = true))
      .on('error', () => undefined)
      .on('close', () => resolve({ refused: !taken, ms: performance.now() - start }))
      .resume();
  });
}
