/** The explanation in every error about a pickle. */
export const PICKLED =
  'is a Python pickle, which is never loaded: unpickling runs code. In Python, instead of send(value), say ' +
  'send_bytes(json.dumps(value).encode()), and json.loads(connection.recv_bytes()) instead of recv()';

const PROTO = 0x80;
const STOP = 0x2e;
const FIRST_PROTOCOL = 2;
const LAST_PROTOCOL = 5;

/** True for a pickle of protocol 2 or later, the only protocols that `multiprocessing` writes. */
export function isPickle(message: Uint8Array): boolean {
  const [first, protocol = 0] = message;
  const begins = first === PROTO && protocol >= FIRST_PROTOCOL && protocol <= LAST_PROTOCOL;
  return begins && message.at(-1) === STOP;
}
