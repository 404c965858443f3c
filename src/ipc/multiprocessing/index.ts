/**
 * Python's `multiprocessing.connection` for Node.js, on the same wire: both roles, with the names of that
 * module.
 */
export { AuthenticationError, BufferTooShortError, IpcError } from '../core/errors.js';
export { DIGEST_NAMES } from '../core/transportConfig.js';
export type { DigestName } from '../core/transportConfig.js';
export { FAMILIES, addressType, arbitraryAddress } from './address.js';
export type { Address, Family } from './address.js';
export { bytes, json, structured } from './codec.js';
export type { Codec } from './codec.js';
export { connect } from './connect.js';
export type { ConnectOptions } from './connect.js';
export { Connection } from './connection.js';
export { Listener, listen } from './listener.js';
export type { AcceptOptions, ListenOptions } from './listener.js';
export type { ConnectionOptions } from './options.js';
export { pipe } from './pipe.js';
export type { PipeOptions } from './pipe.js';
export { wait } from './wait.js';
