import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { watchProcess } from '../ipc/index.js';
import type { Endpoint, PeerProcess } from '../ipc/index.js';
import type { LauncherCommand } from './launcherCommand.js';
import { groupRuns, hasGroups, signalGroup } from './processGroup.js';
import type { StopTarget } from './stopLadder.js';

/** Behind stdin, stdout and stderr. */
const FIRST_FREE_FD = 3;

/** The running launcher, in which the debuggee runs. */
interface LauncherProcess {
  readonly child: ChildProcess;
  /** Its end, and the last of its stderr. */
  readonly peer: PeerProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Starts a launcher, as the leader of a process group of its own, so that it can be ended with everything
 * it started. A launcher that cannot be started shows in `peer.exited`, as one that ends at once does.
 *
 * @param options.inherits where it connects: a pair that it inherits is made here
 * @throws where the operating system was not even asked: an argument that no process can be given
 */
function startLauncher(
  { command, args }: LauncherCommand,
  { inherits, ...options }: { cwd: string; env: NodeJS.ProcessEnv; inherits: Endpoint | undefined },
): LauncherProcess {
  const child = spawn(command, [...args], {
    ...options,
    detached: hasGroups,
    stdio: ['ignore', 'pipe', 'pipe', ...pairFor(inherits)],
    windowsHide: true,
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('it was started without pipes for its output');
  return { child, peer: watchProcess(child), stdout, stderr };
}

/** The socket pair of a connection that has no other endpoint, at its place among the descriptors. */
function pairFor(endpoint: Endpoint | undefined): ('ignore' | 'pipe')[] {
  if (endpoint?.transport !== 'fd') return [];
  return [...Array<'ignore'>(endpoint.fd - FIRST_FREE_FD).fill('ignore'), 'pipe'];
}

/** A launcher as the stop ladder sees it. @param ask asks the program to end; default: nobody can be asked */
function stopTargetOf(
  { child, peer }: LauncherProcess,
  ask = (): Promise<void> => Promise.resolve(),
): StopTarget {
  return {
    ask,
    signal: (signal) => signalGroup(child, signal),
    isRunning: () => groupRuns(child),
    exited: peer.exited,
  };
}

export { startLauncher, stopTargetOf };
export type { LauncherProcess };
