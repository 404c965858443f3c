import { deserialize, serialize } from 'node:v8';
import { IpcError, toError } from '../core/errors.js';
import { PICKLED, isPickle } from '../framing/pickle.js';
import { isChallenge } from '../authentication/multiprocessingHandshake.js';

/**
 * How `send` makes bytes of a value, and `recv` a value of bytes. What either throws becomes
 * `ERR_IPC_UNSERIALIZABLE` or `ERR_IPC_BAD_MESSAGE`; the connection goes on.
 */
export interface Codec<T> {
  /** Text is sent as UTF-8. */
  encode(value: T): string | Uint8Array;
  /** @param bytes one message, which may be kept */
  decode(bytes: Buffer): T;
}

/** JSON in UTF-8: `send_bytes(json.dumps(value).encode())` and `json.loads(recv_bytes())` in Python. */
export const json: Codec<unknown> = {
  encode: (value) => {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) throw new Error('it has no JSON form');
    return text;
  },
  decode: (bytes) => {
    refuseForeign(bytes);
    return JSON.parse(bytes.toString()) as unknown;
  },
};

/** Node.js's own serialization, with dates, maps, typed arrays and cycles: for Node.js at both ends. */
export const structured: Codec<unknown> = {
  encode: (value) => serialize(value),
  decode: (bytes) => {
    refuseForeign(bytes);
    return deserialize(bytes) as unknown;
  },
};

/** No codec: what is sent are bytes, and what is received. */
export const bytes: Codec<Uint8Array> = { encode: (value) => value, decode: (received) => received };

/** @throws IpcError `ERR_IPC_UNSERIALIZABLE` */
export function encodeBy<T>(codec: Codec<T>, value: T): string | Uint8Array {
  try {
    return checked(codec.encode(value));
  } catch (cause) {
    const why = toError(cause).message;
    throw new IpcError('ERR_IPC_UNSERIALIZABLE', `the value cannot be sent: ${why}`, { cause });
  }
}

/** @throws IpcError `ERR_IPC_BAD_MESSAGE` */
export function decodeBy<T>(codec: Codec<T>, message: Buffer): T {
  try {
    return codec.decode(message);
  } catch (cause) {
    const why = toError(cause).message;
    throw new IpcError('ERR_IPC_BAD_MESSAGE', `a message of ${message.length} bytes cannot be read: ${why}`, {
      cause,
    });
  }
}

/** Codecs of JavaScript give anything. */
function checked(encoded: unknown): string | Uint8Array {
  if (typeof encoded === 'string' || encoded instanceof Uint8Array) return encoded;
  throw new Error(`the codec made ${describe(encoded)} of it, neither text nor bytes`);
}

function describe(thing: unknown): string {
  return typeof thing === 'object' && thing !== null ? `a ${thing.constructor.name}` : String(thing);
}

/** What comes from peers that do otherwise than this codec, told by what it is. */
function refuseForeign(message: Buffer): void {
  if (isPickle(message)) throw new Error(`it ${PICKLED}`);
  if (isChallenge(message))
    throw new Error('it is a challenge: the peer asks for an authkey, give the same here');
}
