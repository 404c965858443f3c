import type { ChildProcess } from 'node:child_process';
import { settlesWithin, timerMs } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { describeEndpoint } from '../transport/transport.js';
import type { PeerProcess } from '../core/peerProcess.js';
import { describeExit, watchProcess } from '../core/peerProcess.js';
import type { Peer } from '../authentication/authenticator.js';
import type { PeerListener } from './peerListener.js';

/**
 * Milliseconds to wait for a peer after the launcher's exit: a launcher may exit while its connection is
 * still queued.
 */
const QUEUED_PEER_MS = 100;

/** Options of the wait for the peer. */
export interface AcceptOptions {
  /**
   * Milliseconds to wait for the peer. Default 30,000. `Infinity` suits a launcher that asks for a password.
   */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The process that connects. The wait ends if the process exits before it has connected. */
  readonly launcher?: ChildProcess | PeerProcess | undefined;
}

/**
 * Waits for the first of: the peer, the deadline, an abort, the exit of the launcher's process.
 *
 * @throws IpcError `ERR_IPC_ACCEPT_TIMEOUT`, `ERR_IPC_ABORTED`, or `ERR_IPC_LAUNCHER_EXITED` with the exit
 *   code or signal and the end of stderr
 */
export async function raceForPeer(
  listener: PeerListener,
  options: AcceptOptions & { readonly timeoutMs: number },
): Promise<Peer> {
  const { timeoutMs, signal, launcher } = options;
  const raceEnd = new AbortController();
  const candidates = [listener.peer, rejectAtDeadline(listener, timeoutMs, raceEnd.signal)];
  if (signal !== undefined) candidates.push(rejectOnAbort(listener, signal, raceEnd.signal));
  if (launcher !== undefined) candidates.push(peerOrExitError(listener, asPeerProcess(launcher)));
  try {
    return await Promise.race(candidates);
  } finally {
    raceEnd.abort();
  }
}

function describeListener(listener: PeerListener): string {
  return describeEndpoint(listener.endpoint);
}

function asPeerProcess(launcher: ChildProcess | PeerProcess): PeerProcess {
  return 'exited' in launcher ? launcher : watchProcess(launcher);
}

function rejectAtDeadline(listener: PeerListener, timeoutMs: number, raceEnd: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (timeoutMs === Infinity) return;
    const timer = setTimeout(() => {
      const what = `nobody connected to ${describeListener(listener)} within ${timeoutMs} ms${listener.refusals()}`;
      reject(new IpcError('ERR_IPC_ACCEPT_TIMEOUT', what));
    }, timerMs(timeoutMs));
    raceEnd.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });
}

function rejectOnAbort(listener: PeerListener, signal: AbortSignal, raceEnd: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => {
      const cause: unknown = signal.reason;
      reject(
        new IpcError('ERR_IPC_ABORTED', `waiting for a peer at ${describeListener(listener)} was aborted`, {
          cause,
        }),
      );
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { signal: raceEnd });
  });
}

async function peerOrExitError(listener: PeerListener, launcher: PeerProcess): Promise<Peer> {
  const exit = await launcher.exited;
  if (await settlesWithin(listener.peer, QUEUED_PEER_MS)) return listener.peer;
  const how = describeExit(exit, launcher.stderrTail());
  const what = `the launcher never connected to ${describeListener(listener)}${listener.refusals()}: it ${how}`;
  throw new IpcError('ERR_IPC_LAUNCHER_EXITED', what, { cause: exit.error });
}
