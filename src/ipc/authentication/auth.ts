import { IpcError } from '../core/errors.js';
import { AUTH_NAMES } from '../core/transportConfig.js';
import type { Auth, FramingName } from '../core/transportConfig.js';
import { checkedFraming } from '../framing/framingOf.js';

/** What the peers that a framing is there for can do. No DAP server authenticates whom it dials. */
const DEFAULT_AUTH: Record<FramingName, Auth> = {
  dp: 'key',
  'length-prefix': 'multiprocessing',
  'content-length': 'off',
};

/** As much of a `TransportConfig` as decides on authentication. */
export interface AuthConfig {
  readonly auth?: string | undefined;
  readonly framing?: string | undefined;
  readonly key?: Uint8Array | undefined;
}

/** How a connection authenticates; a key that is given is not left unused. @throws IpcError `ERR_IPC_CONFIG` */
export function authOf({ auth, framing, key }: AuthConfig): Auth {
  const standard = DEFAULT_AUTH[checkedFraming(framing)];
  if (auth === undefined) return standard === 'off' && key !== undefined ? 'key' : standard;
  const known = AUTH_NAMES.find((name) => name === auth);
  if (known !== undefined) return known;
  throw new IpcError(
    'ERR_IPC_CONFIG',
    `unknown auth ${JSON.stringify(auth)}: known are ${AUTH_NAMES.join(', ')}`,
  );
}

/** The way that has to be said, where it is not the one that goes with the framing. */
export function unusualAuth(config: AuthConfig): Auth | undefined {
  const auth = authOf(config);
  return auth === DEFAULT_AUTH[checkedFraming(config.framing)] || auth === 'off' ? undefined : auth;
}
