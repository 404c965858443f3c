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

/** Milliseconds that a waiting process waits longer than the rendezvous, whose deadline may be late. */
const RENDEZVOUS_DELAY_MS = 2_000;

/** Options of `waitAtRendezvous` and `claimPeer`. */
export interface RendezvousPeerOptions extends RendezvousDialing {
  /** Milliseconds to wait. Default: the default of `waitTimeoutMs`, plus 2 s for a waiting process. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Waits at a rendezvous until this process is claimed.
 *
 * @param hello describes this process
 * @returns the address of the claiming process
 * @throws IpcError `ERR_IPC_RELEASED` when this process is released, or the rendezvous is closed;
 *   `ERR_IPC_ACCEPT_TIMEOUT`; and as {@link connectToRendezvous}
 */
export async function waitAtRendezvous(
  address: RendezvousAddress,
  hello: Message,
  options: RendezvousPeerOptions = {},
): Promise<Claim> {
  const { timeoutMs = DEFAULT_RENDEZVOUS_LIMITS.waitTimeoutMs + RENDEZVOUS_DELAY_MS } = options;
  const connection = await connectToRendezvous(address, options);
  try {
    await connection.writeMessage({ event: HELLO_EVENT, body: hello });
    const claim = await readNext(connection, readClaimOrRelease, timeoutMs);
    await connection.writeMessage(responseEnvelope(1, { success: true }));
    return claim;
  } finally {
    void connection.close();
  }
}

/**
 * Claims a process that waits at a rendezvous. The process then connects to the address in the claim.
 *
 * @param child the process's id at the rendezvous
 * @throws IpcError `ERR_IPC_RELEASED` when the process no longer waits there; `ERR_IPC_ACCEPT_TIMEOUT`; and
 *   as {@link connectToRendezvous}
 */
export async function claimPeer(
  address: RendezvousAddress,
  child: string,
  claim: Claim,
  options: RendezvousPeerOptions = {},
): Promise<void> {
  const { timeoutMs = DEFAULT_RENDEZVOUS_LIMITS.waitTimeoutMs } = options;
  const connection = await connectToRendezvous(address, options);
  try {
    await connection.writeMessage({ command: CLAIM_COMMAND, arguments: { child, ...claim }, id: 1 });
    await readNext(connection, checkConfirmation, timeoutMs);
  } finally {
    void connection.close();
  }
}

async function readNext<T>(
  connection: ConnectionBase,
  read: (message: Message) => T,
  timeoutMs: number,
): Promise<T> {
  const next = connection.readMessage();
  if (!(await settlesWithin(next, timeoutMs))) {
    connection.destroy();
    next.catch(() => undefined);
    throw new IpcError('ERR_IPC_ACCEPT_TIMEOUT', `the rendezvous said nothing within ${timeoutMs} ms`);
  }
  const message = await next.catch((error: unknown) => {
    throw released(`the connection to the rendezvous broke: ${toError(error).message}`, error);
  });
  if (message === null) throw released('the rendezvous is closed');
  return read(message);
}

function readClaimOrRelease(message: Message): Claim {
  const { command, arguments: args } = readCommand(message);
  if (command === CONNECT_COMMAND) return readClaim(args);
  const { reason } = args;
  if (command === RELEASE_COMMAND)
    throw released(typeof reason === 'string' ? reason : 'no reason was given');
  throw new IpcError('ERR_IPC_BAD_MESSAGE', `a rendezvous has no command ${command}`);
}

function checkConfirmation(message: Message): void {
  const answer = readLauncherMessage(message);
  if (!isResponse(answer)) throw new IpcError('ERR_IPC_BAD_MESSAGE', 'the rendezvous answered by an event');
  if (!answer.success) throw released(answer.message ?? 'no reason was given');
}

function released(reason: string, cause?: unknown): IpcError {
  return new IpcError('ERR_IPC_RELEASED', reason, { cause });
}
