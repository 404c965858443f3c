import { settlesWithin } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { isResponse, readCommand, readLauncherMessage, responseEnvelope } from '../core/messages.js';
import { IpcError, toError } from '../core/errors.js';
import type { ConnectionBase } from '../connection/connectionBase.js';
import { DEFAULT_RENDEZVOUS_LIMITS } from '../core/limits.js';
import type { RendezvousAddress, RendezvousDialing } from './rendezvousAddress.js';
import { connectToRendezvous } from './rendezvousAddress.js';
import type { Claim } from './rendezvousMessages.js';
import {
  CLAIM_COMMAND,
  CONNECT_COMMAND,
  HELLO_EVENT,
  RELEASE_COMMAND,
  readClaim,
} from './rendezvousMessages.js';

/** Milliseconds that the desk itself may take for its deadline: who waits there waits so much longer. */
const DESK_DELAY_MS = 2_000;

export interface RendezvousPeerOptions extends RendezvousDialing {
  /** Milliseconds for all of it. Default: as long as a desk lets one wait, and 2 s more. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Waits at a desk until somebody wants this process.
 *
 * @param hello tells who this is
 * @returns where to go from here
 * @throws IpcError `ERR_IPC_RELEASED` when nobody wants it, or the desk is gone; `ERR_IPC_ACCEPT_TIMEOUT`;
 *   and as {@link connectToRendezvous}
 */
export async function waitAtRendezvous(
  address: RendezvousAddress,
  hello: Message,
  options: RendezvousPeerOptions = {},
): Promise<Claim> {
  const { timeoutMs = DEFAULT_RENDEZVOUS_LIMITS.waitTimeoutMs + DESK_DELAY_MS } = options;
  const connection = await connectToRendezvous(address, options);
  try {
    await connection.writeMessage({ event: HELLO_EVENT, body: hello });
    const adoption = await nextOf(connection, readPlacement, timeoutMs);
    await connection.writeMessage(responseEnvelope(1, { success: true }));
    return adoption;
  } finally {
    void connection.close();
  }
}

/**
 * Takes a process that waits at a desk: it then connects to where the adoption says.
 *
 * @param child the id that the desk gave it
 * @throws IpcError `ERR_IPC_RELEASED` when it does not wait there any more; `ERR_IPC_ACCEPT_TIMEOUT`; and as
 *   {@link connectToRendezvous}
 */
export async function claimPeer(
  address: RendezvousAddress,
  child: string,
  adoption: Claim,
  options: RendezvousPeerOptions = {},
): Promise<void> {
  const { timeoutMs = DEFAULT_RENDEZVOUS_LIMITS.waitTimeoutMs } = options;
  const connection = await connectToRendezvous(address, options);
  try {
    await connection.writeMessage({ command: CLAIM_COMMAND, arguments: { child, ...adoption }, id: 1 });
    await nextOf(connection, readConsent, timeoutMs);
  } finally {
    void connection.close();
  }
}

async function nextOf<T>(
  connection: ConnectionBase,
  read: (message: Message) => T,
  timeoutMs: number,
): Promise<T> {
  const next = connection.readMessage();
  if (!(await settlesWithin(next, timeoutMs))) {
    connection.destroy();
    next.catch(() => undefined);
    throw new IpcError('ERR_IPC_ACCEPT_TIMEOUT', `the desk said nothing within ${timeoutMs} ms`);
  }
  const message = await next.catch((error: unknown) => {
    throw released(`the connection to the desk broke: ${toError(error).message}`, error);
  });
  if (message === null) throw released('the desk is closed');
  return read(message);
}

function readPlacement(message: Message): Claim {
  const { command, arguments: args } = readCommand(message);
  if (command === CONNECT_COMMAND) return readClaim(args);
  const { reason } = args;
  if (command === RELEASE_COMMAND)
    throw released(typeof reason === 'string' ? reason : 'no reason was given');
  throw new IpcError('ERR_IPC_BAD_MESSAGE', `a desk has no command ${command}`);
}

function readConsent(message: Message): void {
  const answer = readLauncherMessage(message);
  if (!isResponse(answer)) throw new IpcError('ERR_IPC_BAD_MESSAGE', 'the desk answered by an event');
  if (!answer.success) throw released(answer.message ?? 'no reason was given');
}

function released(reason: string, cause?: unknown): IpcError {
  return new IpcError('ERR_IPC_RELEASED', reason, { cause });
}
