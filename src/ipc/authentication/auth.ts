import { IpcError } from '../core/errors.js';
import { AUTH_NAMES } from '../core/transportConfig.js';
import type { Auth, FramingName } from '../core/transportConfig.js';
import { checkedFraming } from '../framing/framingOf.js';

/**
 * Default authentication per framing: the method that peers of the framing support. DAP servers do not
 * authenticate the end that they connect to.
 */
const DEFAULT_AUTH: Record<FramingName, Auth> = {
  dp: 'key',
  'length-prefix': 'multiprocessing',
  'content-length': 'off',
};

/** The fields of a `TransportConfig` that decide on authentication. */
export interface AuthConfig {
  readonly auth?: string | undefined;
  readonly framing?: string | undefined;
  readonly key?: Uint8Array | undefined;
}

/**
 * Returns the authentication of a connection. A key without `auth` selects `key` if the framing's default is
 * `off`.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an unknown name
 */
export function authOf({ auth, framing, key }: AuthConfig): Auth {
  const defaultAuth = DEFAULT_AUTH[checkedFraming(framing)];
  if (auth === undefined) return defaultAuth === 'off' && key !== undefined ? 'key' : defaultAuth;
  const known = AUTH_NAMES.find((name) => name === auth);
  if (known !== undefined) return known;
  throw new IpcError(
    'ERR_IPC_CONFIG',
    `unknown auth ${JSON.stringify(auth)}: known are ${AUTH_NAMES.join(', ')}`,
  );
}

/**
 * Returns the authentication to pass to a launcher, or `undefined` for `off` and for the framing's default.
 */
export function unusualAuth(config: AuthConfig): Auth | undefined {
  const auth = authOf(config);
  return auth === DEFAULT_AUTH[checkedFraming(config.framing)] || auth === 'off' ? undefined : auth;
}
