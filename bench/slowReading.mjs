const WINDOW_MS = 10;
const WINDOW_BYTES = 64 * 1024;

/**
 * Has a stream that flows be read at a pace: 64 KiB every 10 ms, some 6 MB a second. What one chunk brings
 * beyond that is taken off the next ones.
 *
 * @param {import('node:stream').Readable} stream
 * @returns {() => void} lets it flow again
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
