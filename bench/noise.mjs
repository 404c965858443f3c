import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/**
 * A stranger: connects to a Unix socket, sends noise that begins like nothing known, and ends.
 *
 * @returns {Promise<{ refused: boolean, ms: number }>} whether it was cut off before all was taken, and the
 *   time from its first byte to the end of its connection
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
