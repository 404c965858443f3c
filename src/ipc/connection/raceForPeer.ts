import type { ChildProcess } from 'node:child_process';
import { settlesWithin, timerMs } from '../core/deferred.js';
import { IpcError } from '../core/errors.js';
import { describeEndpoint } from '../transport/transport.js';
import type { PeerProcess } from '../core/peerProcess.js';
import { describeExit, watchProcess } from '../core/peerProcess.js';
import type { Peer } from '../authentication/authenticator.js';
import type { PeerListener } from './peerListener.js';

/** A launcher may connect and exit at once: its connection is then already queued, and is let in first. */
const QUEUED_PEER_MS = 100;

export interface AcceptOptions {
  /** Milliseconds to wait for the peer. Default 30,000; `Infinity` for a launcher that asks for a password, say. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The process that is to connect: when it ends without having done so, the wait ends too. */
  readonly launcher?: ChildProcess | PeerProcess | undefined;
}

/**
 * Waits for the first of: the peer, the deadline, an abort, the end of the launcher's process.
 *
 * @throws IpcError that says which it was: `ERR_IPC_ACCEPT_TIMEOUT`, `ERR_IPC_ABORTED`,
 *   `ERR_IPC_LAUNCHER_EXITED` (with exit code or signal, and the end of stderr)
 */
export async function raceForPeer(
  listener: PeerListener,
  options: AcceptOptions & { readonly timeoutMs: number },
): Promise<Peer> {
  const { timeoutMs, signal, launcher } = options;
  const over = new AbortController();
  const contenders = [listener.peer, deadline(listener, timeoutMs, over.signal)];
  if (signal !== undefined) contenders.push(abortion(listener, signal, over.signal));
  if (launcher !== undefined) contenders.push(death(listener, asPeerProcess(launcher)));
  try {
    return await Promise.race(contenders);
  } finally {
    over.abort();
  }
}

function whereOf(listener: PeerListener): string {
  return describeEndpoint(listener.endpoint);
}

function asPeerProcess(launcher: ChildProcess | PeerProcess): PeerProcess {
  return 'exited' in launcher ? launcher : watchProcess(launcher);
}

function deadline(listener: PeerListener, timeoutMs: number, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (timeoutMs === Infinity) return;
    const timer = setTimeout(() => {
      const what = `nobody connected to ${whereOf(listener)} within ${timeoutMs} ms${listener.refusals()}`;
      reject(new IpcError('ERR_IPC_ACCEPT_TIMEOUT', what));
    }, timerMs(timeoutMs));
    over.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });
}

function abortion(listener: PeerListener, signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => {
      const cause: unknown = signal.reason;
      reject(
        new IpcError('ERR_IPC_ABORTED', `waiting for a peer at ${whereOf(listener)} was aborted`, { cause }),
      );
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { signal: over });
  });
}

async function death(listener: PeerListener, launcher: PeerProcess): Promise<Peer> {
  const exit = await launcher.exited;
  if (await settlesWithin(listener.peer, QUEUED_PEER_MS)) return listener.peer;
  const how = describeExit(exit, launcher.stderrTail());
  const what = `the launcher never connected to ${whereOf(listener)}${listener.refusals()}: it ${how}`;
  throw new IpcError('ERR_IPC_LAUNCHER_EXITED', what, { cause: exit.error });
}
