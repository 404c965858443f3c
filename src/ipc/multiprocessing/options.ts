import { IpcError } from '../core/errors.js';
import { lengthPrefixFraming } from '../framing/lengthPrefix.js';
import type { PayloadCodec } from '../framing/payloadCodec.js';
import type { MessageStreamOptions } from '../connection/messageStreamOptions.js';
import type { DigestName } from '../core/transportConfig.js';
import { readLimits } from '../core/limits.js';
import type { Limits } from '../core/limits.js';
import type { Logger } from '../core/logger.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { argumentError } from './argumentError.js';
import type { Family } from './address.js';
import { json, jsonWithin } from './codec.js';
import type { Codec } from './codec.js';

/** The options of `listen` and `connect`. Every field is optional. */
export interface ConnectionOptions<T = unknown> extends Partial<Limits> {
  /**
   * The secret that both ends prove to have, as bytes or as text in UTF-8; an empty secret is valid. Without
   * a secret there is no authentication, as in Python: every process that can reach the address is accepted.
   */
  readonly authkey?: Uint8Array | string | undefined;
  /** The conversion of values to messages. Default {@link json}. */
  readonly codec?: Codec<T> | undefined;
  /** The family that the address must have. Without an address, the family to listen in. */
  readonly family?: Family | undefined;
  /** The digest that this end asks for. Default `sha256`. */
  readonly digest?: DigestName | undefined;
  /**
   * Also accept HMAC-MD5, the only digest of CPython up to 3.11. Default false: a rogue listener could ask
   * any client for HMAC-MD5.
   */
  readonly allowLegacyMd5?: boolean | undefined;
  /**
   * Behaviour of a send while `maxBufferedBytes` are waiting: `wait` (default) for room, or fail with
   * `error`.
   */
  readonly onFull?: 'wait' | 'error' | undefined;
  /** Listener beyond loopback: allow it. Needs an `authkey` and `insecureCleartext`. */
  readonly allowNonLoopback?: boolean | undefined;
  /** Listener beyond loopback: there is no TLS. Other machines on the way can read and change all data. */
  readonly insecureCleartext?: boolean | undefined;
  /** The log of state changes. Default: no log. */
  readonly logger?: Logger | undefined;
}

/** Passes payloads on unchanged. Codecs work on top, so that one connection carries values and bytes. */
const AS_BYTES: PayloadCodec<string | Uint8Array> = {
  encode: (value) => value,
  decode: (source, start, end) => source.subarray(start, end),
};

/** The settings of a connection, besides its byte stream. */
export interface ConnectionSettings<T> {
  readonly codec: Codec<T>;
  readonly stream: MessageStreamOptions<string | Uint8Array>;
}

/** Reads the settings of a connection. @throws IpcError `ERR_IPC_CONFIG` for an invalid limit */
export function settingsOf<T>(options: ConnectionOptions<T>): ConnectionSettings<T> {
  const limits = readLimits(options, 'bytes');
  // The default codec, also if it was named: the limits of this connection bound it.
  const isJson = options.codec === undefined || options.codec === json;
  return {
    codec: isJson ? (jsonWithin(limits) as Codec<T>) : options.codec,
    stream: {
      ...limits,
      onFull: options.onFull ?? 'wait',
      framing: lengthPrefixFraming,
      codec: AS_BYTES,
    },
  };
}

/**
 * Converts the options to a transport configuration.
 *
 * @throws IpcError `ERR_IPC_ARGUMENT` for an invalid authkey, `ERR_IPC_CONFIG`
 */
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
