import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { toError, watchProcess } from '../../ipc/index.js';
import type { Endpoint, ListenerInfo, PeerProcess, ProcessExit } from '../../ipc/index.js';
import { launchFailed } from '../dap/dapErrors.js';
import { launcherEnvironment } from '../starting/launcherCommand.js';
import type { LauncherCommand } from '../starting/launcherCommand.js';
import type { LauncherProcess } from './launcherProcess.js';
import { drainOutput } from './drainOutput.js';
import { groupRuns, hasGroups, signalGroup } from './processGroup.js';

/** Behind stdin, stdout and stderr. */
const FIRST_FREE_FD = 3;

/** A launcher that this process has started, as the leader of a process group of its own. */
class SpawnedLauncher implements LauncherProcess {
  private readonly peer: PeerProcess;

  constructor(
    private readonly child: ChildProcess,
    readonly streams: Readonly<Record<'stdout' | 'stderr', Readable>>,
  ) {
    this.peer = watchProcess(child);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get stdio(): ChildProcess['stdio'] {
    return this.child.stdio;
  }

  get exited(): Promise<ProcessExit> {
    return this.peer.exited;
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  stderrTail(): string {
    return this.peer.stderrTail();
  }

  signal(signal: NodeJS.Signals): boolean {
    return signalGroup(this.child, signal);
  }

  isRunning(): boolean {
    return groupRuns(this.child);
  }

  detach(): void {
    drainOutput(this.streams);
    this.child.unref();
  }
}

/**
 * Starts a launcher, as the leader of a process group of its own, so that it can be ended with everything
 * it started. A launcher that cannot be started shows in `exited`, as one that ends at once does.
 *
 * @param settings where it runs, and what it has in its environment beside this process's own
 * @param listening where it connects: a pair that it inherits is made here
 * @param endpointEnv what the endpoint needs in its environment
 * @throws DapError where the operating system was not even asked: an argument that no process can be given
 */
export function spawnLauncher(
  command: LauncherCommand,
  settings: { readonly cwd: string; readonly env: Readonly<Record<string, string | null>> },
  { endpoint }: ListenerInfo,
  endpointEnv: Readonly<Record<string, string>>,
): LauncherProcess {
  try {
    const env = launcherEnvironment(settings, endpointEnv);
    return start(command, { cwd: settings.cwd, env }, endpoint);
  } catch (thrown) {
    throw launchFailed(`the launcher "${command.command}" could not be started: ${toError(thrown).message}`);
  }
}

function start(
  { command, args }: LauncherCommand,
  options: { cwd: string; env: NodeJS.ProcessEnv },
  inherits: Endpoint,
): LauncherProcess {
  const child = spawn(command, [...args], {
    ...options,
    detached: hasGroups,
    stdio: ['ignore', 'pipe', 'pipe', ...pairFor(inherits)],
    windowsHide: true,
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('it was started without pipes for its output');
  return new SpawnedLauncher(child, { stdout, stderr });
}

/** The socket pair of a connection that has no other endpoint, at its place among the descriptors. */
function pairFor(endpoint: Endpoint): ('ignore' | 'pipe')[] {
  if (endpoint.transport !== 'fd') return [];
  return [...Array<'ignore'>(endpoint.fd - FIRST_FREE_FD).fill('ignore'), 'pipe'];
}
