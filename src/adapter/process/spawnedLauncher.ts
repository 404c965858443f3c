import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { toError, watchProcess } from '../../ipc/index.js';
import type { Endpoint, ListenerInfo, PeerProcess, ProcessExit } from '../../ipc/index.js';
import { launchFailed } from '../dap/dapErrors.js';
import type { LauncherCommand } from '../settings/launchArguments.js';
import { launcherEnvironment } from './launcherEnvironment.js';
import type { LauncherProcess } from './launcherProcess.js';
import { drainOutput } from './drainOutput.js';
import { groupRuns, hasGroups, signalGroup } from './processGroup.js';

/** The first descriptor after stdin, stdout and stderr. */
const FIRST_FREE_FD = 3;

/** A launcher that this process has started. The launcher leads a new process group. */
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
 * Starts a launcher as the leader of a new process group, so that it can be ended with all processes that it started.
 * If the operating system cannot start the launcher, `exited` settles with the error.
 *
 * @param settings the working directory, and the changes to this process's environment
 * @param listening the endpoint. For the transport `fd`, the launcher inherits one end of a new socket pair
 * @param endpointEnv the variables that the endpoint needs
 * @throws DapError for an argument that no process can have, for example one with a null character
 */
export function spawnLauncher(
  command: LauncherCommand,
  settings: { readonly cwd: string; readonly env: Readonly<Record<string, string | null>> },
  { endpoint }: ListenerInfo,
  endpointEnv: Readonly<Record<string, string>>,
): LauncherProcess {
  try {
    const env = launcherEnvironment(settings.env, endpointEnv);
    return start(command, { cwd: settings.cwd, env }, endpoint);
  } catch (thrown) {
    throw launchFailed(`the launcher "${command.command}" could not be started: ${toError(thrown).message}`);
  }
}

function start(
  { command, args }: LauncherCommand,
  options: { cwd: string; env: NodeJS.ProcessEnv },
  endpoint: Endpoint,
): LauncherProcess {
  const child = spawn(command, [...args], {
    ...options,
    detached: hasGroups,
    stdio: ['ignore', 'pipe', 'pipe', ...inheritedPair(endpoint)],
    windowsHide: true,
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('it was started without pipes for its output');
  return new SpawnedLauncher(child, { stdout, stderr });
}

/** The entries of `stdio` that put an inherited socket pair at its descriptor. Empty for other endpoints. */
function inheritedPair(endpoint: Endpoint): ('ignore' | 'pipe')[] {
  if (endpoint.transport !== 'fd') return [];
  return [...Array<'ignore'>(endpoint.fd - FIRST_FREE_FD).fill('ignore'), 'pipe'];
}
