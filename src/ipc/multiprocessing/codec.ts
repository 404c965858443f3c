import { deserialize, serialize } from 'node:v8';
import { IpcError, toError } from '../core/errors.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import type { JsonBounds } from '../core/limits.js';
import { jsonExcess } from '../framing/jsonShape.js';
import { PICKLED, isPickle } from '../framing/pickle.js';
import { isChallenge } from '../authentication/multiprocessingHandshake.js';

/**
 * Converts values to bytes for `send`, and bytes to values for `recv`. An error of a codec becomes
 * `ERR_IPC_UNSERIALIZABLE` or `ERR_IPC_BAD_MESSAGE`; the connection continues.
 */
export interface Codec<T> {
  /** Encodes a value. Text is sent as UTF-8. */
  encode(value: T): string | Uint8Array;
  /** Decodes a value. @param bytes one message, which the codec may keep */
  decode(bytes: Buffer): T;
}

/**
 * JSON in UTF-8, like `send_bytes(json.dumps(value).encode())` and `json.loads(recv_bytes())` in Python. A message that
 * is nested deeper than the default of `maxJsonDepth` is refused.
 */
export const json: Codec<unknown> = jsonWithin(DEFAULT_LIMITS);

/** Creates the codec {@link json} with other bounds. */
export function jsonWithin(bounds: JsonBounds): Codec<unknown> {
  return {
    encode: (value) => {
      const text = JSON.stringify(value) as string | undefined;
      if (text === undefined) throw new Error('it has no JSON form');
      return text;
    },
    decode: (bytes) => {
      refuseOtherProtocols(bytes);
      const excess = jsonExcess(bytes, 0, bytes.length, bounds);
      if (excess !== undefined) throw new Error(`it ${excess}`);
      return JSON.parse(bytes.toString()) as unknown;
    },
  };
}

/** The serialization of Node.js, with dates, maps, typed arrays and cycles. Both ends must run Node.js. */
export const structured: Codec<unknown> = {
  encode: (value) => serialize(value),
  decode: (bytes) => {
    refuseOtherProtocols(bytes);
    return deserialize(bytes) as unknown;
  },
};

/** No conversion: values are bytes. */
export const bytes: Codec<Uint8Array> = { encode: (value) => value, decode: (received) => received };

/** Encodes a value. @throws IpcError `ERR_IPC_UNSERIALIZABLE` */
export function encodeBy<T>(codec: Codec<T>, value: T): string | Uint8Array {
  try {
    return checked(codec.encode(value));
  } catch (cause) {
    const why = toError(cause).message;
    throw new IpcError('ERR_IPC_UNSERIALIZABLE', `the value cannot be sent: ${why}`, { cause });
  }
}

/** Decodes a message. @throws IpcError `ERR_IPC_BAD_MESSAGE` */
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

/** Checks the result of a codec, because a codec in JavaScript can return anything. */
function checked(encoded: unknown): string | Uint8Array {
  if (typeof encoded === 'string' || encoded instanceof Uint8Array) return encoded;
  throw new Error(`the codec made ${describe(encoded)} of it, neither text nor bytes`);
}

function describe(thing: unknown): string {
  return typeof thing === 'object' && thing !== null ? `a ${thing.constructor.name}` : String(thing);
}

/** Refuses messages of peers that use another protocol, with an explanation. */
function refuseOtherProtocols(message: Buffer): void {
  if (isPickle(message)) throw new Error(`it ${PICKLED}`);
  if (isChallenge(message))
    throw new Error('it is a challenge: the peer asks for an authkey, give the same here');
}
