import { IpcError } from '../core/errors.js';
import { lengthPrefixFraming } from '../framing/lengthPrefix.js';
import type { PayloadCodec } from '../framing/payloadCodec.js';
import type { MessageStreamOptions } from '../connection/messageStream.js';
import type { DigestName } from '../core/transportConfig.js';
import { readLimits } from '../core/limits.js';
import type { Limits } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { argumentError } from './argumentError.js';
import type { Family } from './address.js';
import { json } from './codec.js';
import type { Codec } from './codec.js';

/** What `listen` and `connect` take beside the address. Every field may be left out. */
export interface ConnectionOptions<T = unknown> extends Partial<Limits> {
  /**
   * The secret that both ends prove to have, as bytes or as text in UTF-8; empty is one too. Without it
   * nobody is asked, as in Python: whoever can reach the address is let in.
   */
  readonly authkey?: Uint8Array | string | undefined;
  /** How values become messages. Default {@link json}. */
  readonly codec?: Codec<T> | undefined;
  /** The family that the address must have. Without an address: the one to listen in. */
  readonly family?: Family | undefined;
  /** The digest that this end asks for. Default `sha256`. */
  readonly digest?: DigestName | undefined;
  /**
   * Take HMAC-MD5 too, all that CPython up to 3.11 has. Default false: a rogue listener could ask for it of
   * any client.
   */
  readonly allowLegacyMd5?: boolean | undefined;
  /** What a send does when `maxBufferedBytes` wait already: `wait` (default) for room, or `error`. */
  readonly onFull?: 'wait' | 'error' | undefined;
  /** Listener beyond loopback, which needs an `authkey` and `insecureCleartext`. */
  readonly allowNonLoopback?: boolean | undefined;
  /** Listener beyond loopback: all that crosses can be read, and changed, by those in between. There is no TLS. */
  readonly insecureCleartext?: boolean | undefined;
  /** Where state changes are logged. Default: nowhere. */
  readonly logger?: Logger | undefined;
}

/** Messages as they are; codecs work on top, so that one connection carries values and bytes. */
const AS_BYTES: PayloadCodec<string | Uint8Array> = {
  encode: (value) => value,
  decode: (source, start, end) => source.subarray(start, end),
};

/** What a connection is made with, besides its stream. */
export interface ConnectionSettings<T> {
  readonly codec: Codec<T>;
  readonly stream: MessageStreamOptions<string | Uint8Array>;
}

/** @throws IpcError `ERR_IPC_CONFIG` for a limit that is none */
export function settingsOf<T>(options: ConnectionOptions<T>): ConnectionSettings<T> {
  return {
    codec: options.codec ?? (json as Codec<T>),
    stream: {
      ...readLimits(options, 'bytes'),
      onFull: options.onFull ?? 'wait',
      framing: lengthPrefixFraming,
      codec: AS_BYTES,
    },
  };
}

/** The options in the words of the layers below. @throws IpcError `ERR_IPC_ARGUMENT` for an authkey that is none, `ERR_IPC_CONFIG` */
export function configOf<T>({ authkey, ...options }: ConnectionOptions<T>): TransportConfig & {
  readonly family?: Family | undefined;
} {
  if (options.allowNonLoopback === true && options.insecureCleartext !== true) {
    throw new IpcError(
      'ERR_IPC_CONFIG',
      'allowNonLoopback goes with insecureCleartext: true here, for multiprocessing.connection has no TLS',
    );
  }
  return { ...options, framing: 'length-prefix', auth: 'multiprocessing', key: keyBytes(authkey) };
}

function keyBytes(authkey: unknown): Uint8Array | undefined {
  if (authkey === undefined || authkey instanceof Uint8Array) return authkey;
  if (typeof authkey === 'string') return Buffer.from(authkey);
  throw argumentError(`authkey must be bytes or a string, not ${typeof authkey}`);
}
