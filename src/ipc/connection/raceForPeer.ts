import type { ChildProcess } from 'node:child_process';
import { handled, onSettled, rejectQuietly, settlesWithin, timerMs } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { describeEndpoint } from '../transport/transport.js';
import { describeExit, LauncherExitedError } from '../core/peerProcess.js';
import type { LauncherExit, PeerProcess } from '../core/peerProcess.js';
import type { Peer } from '../authentication/authenticator.js';
import type { PeerListener } from './peerListener.js';

/**
 * Milliseconds to wait for a peer after the launcher's exit: a launcher may exit while its connection is
 * still queued.
 */
const QUEUED_PEER_MS = 100;

/** The way out for a process that only starts the launcher. */
const STARTED_ELSEWHERE =
  'If it starts the launcher in the background and ends, as a wrapper or a daemon does, leave `launcher` out: ' +
  'its exit is not the end of the launcher';

/** Options of the wait for the peer. */
export interface AcceptOptions {
  /**
   * Milliseconds to wait for the peer. Default 30,000. `Infinity` suits a launcher that asks for a password.
   */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * The process that connects. The wait ends if the process exits before it has connected. Later, the end of
   * the session says how the process ended. Leave it out for a process that only starts the launcher.
   */
  readonly launcher?: ChildProcess | PeerProcess | undefined;
}

/**
 * Waits for the first of: the peer, the deadline, an abort, the exit of the launcher's process. A wait that
 * has failed leaves nothing at the listener, the signal or the process.
 *
 * @throws IpcError `ERR_IPC_ACCEPT_TIMEOUT`, `ERR_IPC_ABORTED`, or a `LauncherExitedError`
 */
export function raceForPeer(
  listener: PeerListener,
  options: Omit<AcceptOptions, 'launcher'> & {
    readonly timeoutMs: number;
    readonly launcher?: PeerProcess | undefined;
  },
): Promise<Peer> {
  const { timeoutMs, signal, launcher } = options;
  return new Promise<Peer>((resolve) => {
    const stops: (() => void)[] = [];
    const settle = (outcome: Promise<Peer>): void => {
      for (const stop of stops) stop();
      resolve(outcome);
    };
    stops.push(onSettled(listener.peer, () => settle(listener.peer)));
    if (timeoutMs !== Infinity) stops.push(atDeadline(listener, timeoutMs, settle));
    if (signal !== undefined) stops.push(onAbort(listener, signal, settle));
    if (launcher !== undefined) stops.push(onExit(listener, launcher, settle));
  });
}

type Settle = (outcome: Promise<Peer>) => void;

function atDeadline(listener: PeerListener, timeoutMs: number, settle: Settle): () => void {
  const timer = setTimeout(() => {
    const what = `nobody connected to ${describeListener(listener)} within ${timeoutMs} ms${listener.refusals()}`;
    settle(rejectQuietly(new IpcError('ERR_IPC_ACCEPT_TIMEOUT', what)));
  }, timerMs(timeoutMs));
  return () => {
    clearTimeout(timer);
  };
}

function onAbort(listener: PeerListener, signal: AbortSignal, settle: Settle): () => void {
  const abort = (): void => {
    const what = `waiting for a peer at ${describeListener(listener)} was aborted`;
    settle(rejectQuietly(new IpcError('ERR_IPC_ABORTED', what, { cause: signal.reason })));
  };
  // A peer that is in already is found first.
  if (signal.aborted) void Promise.resolve().then(abort);
  else signal.addEventListener('abort', abort);
  return () => {
    signal.removeEventListener('abort', abort);
  };
}

function onExit(listener: PeerListener, launcher: PeerProcess, settle: Settle): () => void {
  return onSettled(launcher.exited, () => {
    settle(handled(peerOrExitError(listener, launcher)));
  });
}

async function peerOrExitError(listener: PeerListener, launcher: PeerProcess): Promise<Peer> {
  if (await settlesWithin(listener.peer, QUEUED_PEER_MS)) return listener.peer;
  const exit: LauncherExit = { ...(await launcher.exited), stderrTail: launcher.stderrTail() };
  const what =
    `the launcher never connected to ${describeListener(listener)}${listener.refusals()}: ` +
    `it ${describeExit(exit, exit.stderrTail)}`;
  throw new LauncherExitedError(exit.code === 0 ? `${what}. ${STARTED_ELSEWHERE}` : what, exit, {
    cause: exit.error,
  });
}

function describeListener(listener: PeerListener): string {
  return describeEndpoint(listener.endpoint);
}
