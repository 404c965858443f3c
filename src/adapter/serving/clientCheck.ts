import type { Socket } from 'node:net';
import { canIdentifyPeers, checkPeerUser, IpcError, toError } from '../../ipc/index.js';
import type { ServerListener } from './serverListener.js';
import { openServerToken, requireToken } from './serverToken.js';

/** The settings that decide who may connect to a server. */
export interface ClientCheckOptions {
  /**
   * The file with the token that each client has to send as its first line, `Authorization: Bearer TOKEN`. A missing
   * file is made, with mode 0600. Default: no token.
   */
  readonly tokenFile?: string | undefined;
  /**
   * Port without a token: true accepts every user of this machine, and so lets each of them run programs as this user.
   * Default false: only processes of this user and of root are accepted.
   */
  readonly allowOtherUsers?: boolean | undefined;
}

/** Checks a client before the session reads from it. Rejects with the reason for the client. */
export type ClientCheck = (socket: Socket) => Promise<void>;

const WAYS_OUT =
  'Listen on a path instead (--server=PATH), give a token (--server-token-file FILE), or let every user of this ' +
  'machine run programs as you (--server-allow-other-users)';

/**
 * Reads the token, if there is to be one, and returns the check of each client; undefined if all who can connect are
 * accepted.
 *
 * @throws IpcError `ERR_IPC_KEY` as `openServerToken`
 */
export function readClientCheck(options: ClientCheckOptions, isPort: boolean): ClientCheck | undefined {
  if (options.tokenFile !== undefined) {
    const token = openServerToken(options.tokenFile);
    return (socket) => requireToken(socket, token);
  }
  return isPort && options.allowOtherUsers !== true ? checkUser : undefined;
}

async function checkUser(socket: Socket): Promise<void> {
  try {
    if ((await checkPeerUser(socket)) === 'same user') return;
  } catch (error) {
    throw new Error(`${toError(error).message}. ${WAYS_OUT}`, { cause: error });
  }
  throw new Error(`this system does not say which user connected. ${WAYS_OUT}`);
}

/**
 * Checks that this system can do the check.
 *
 * @throws IpcError `ERR_IPC_OTHER_USER` that names the ways out if the system does not say who connects
 */
export async function requireCheckable(
  check: ClientCheck | undefined,
  { address, host, port }: ServerListener,
): Promise<void> {
  if (check !== checkUser || (await canIdentifyPeers({ host, port }))) return;
  throw new IpcError(
    'ERR_IPC_OTHER_USER',
    `this system does not say which user connects to ${address}, and each of them could run programs as you. ${WAYS_OUT}`,
  );
}
