/** Largest size of a derived input. */
export const MAX_INPUT_BYTES = 4096;

const INTERESTING = [0, 1, 2, 7, 8, 9, 0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x41, 0x7f, 0x80, 0xff];

/** Returns a generator of numbers below `n`. The same seed gives the same numbers. */
export function random(seed) {
  let state = seed >>> 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/**
 * Derives an input from others: changes, moves or doubles some bytes, or copies bytes from another input or a
 * dictionary.
 */
export function mutate(parent, pool, dictionary, below) {
  let data = Buffer.from(parent);
  for (let rounds = 1 + below(5); rounds > 0; rounds -= 1) {
    const change = CHANGES[below(CHANGES.length)];
    data = change(data, { below, pool, dictionary });
    if (data.length > MAX_INPUT_BYTES) data = data.subarray(0, MAX_INPUT_BYTES);
  }
  return data;
}

const CHANGES = [
  (data, { below }) => withByte(data, below, (byte) => byte ^ (1 << below(8))),
  (data, { below }) => withByte(data, below, () => below(256)),
  (data, { below }) => withByte(data, below, () => INTERESTING[below(INTERESTING.length)]),
  (data, { below }) => withByte(data, below, (byte) => byte + below(9) - 4),
  (data, { below }) => {
    const [from, to] = range(data, below);
    return Buffer.concat([data.subarray(0, from), data.subarray(to)]);
  },
  (data, { below }) => {
    const [from, to] = range(data, below);
    return insert(data, below(data.length + 1), data.subarray(from, to));
  },
  (data, { below }) => insert(data, below(data.length + 1), Buffer.alloc(1 + below(40), below(256))),
  (data, { below, dictionary }) => insert(data, below(data.length + 1), word(dictionary, below)),
  (data, { below, dictionary }) => overwrite(data, below(data.length + 1), word(dictionary, below)),
  (data, { below, pool }) => {
    const other = pool[below(pool.length)];
    return Buffer.concat([data.subarray(0, below(data.length + 1)), other.subarray(below(other.length + 1))]);
  },
  (data, { below }) => data.subarray(0, below(data.length + 1)),
];

function withByte(data, below, change) {
  if (data.length > 0) {
    const at = below(data.length);
    data[at] = change(data[at]);
  }
  return data;
}

function range(data, below) {
  const from = below(data.length + 1);
  return [from, Math.min(data.length, from + 1 + below(32))];
}

function insert(data, at, bytes) {
  return Buffer.concat([data.subarray(0, at), bytes, data.subarray(at)]);
}

function overwrite(data, at, bytes) {
  return Buffer.concat([data.subarray(0, at), bytes, data.subarray(at + bytes.length)]);
}

function word(dictionary, below) {
  return dictionary.length === 0 ? Buffer.alloc(0) : dictionary[below(dictionary.length)];
}
