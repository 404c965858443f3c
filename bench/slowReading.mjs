const WINDOW_MS = 10;
const WINDOW_BYTES = 64 * 1024;

/**
 * Limits the rate at which a flowing stream is read: 64 KiB every 10 ms, about 6 MB per second. A larger
 * chunk delays the next ones.
 *
 * @param {import('node:stream').Readable} stream
 * @returns {() => void} removes the limit
 */
export function readSlowly(stream) {
  let left = WINDOW_BYTES;
  const count = (chunk) => {
    left -= chunk.length;
    if (left <= 0) stream.pause();
  };
  const timer = setInterval(() => {
    left = Math.min(left + WINDOW_BYTES, WINDOW_BYTES);
    if (left > 0) stream.resume();
  }, WINDOW_MS);
  stream.on('data', count);
  return () => {
    clearInterval(timer);
    stream.off('data', count);
    stream.resume();
  };
}
