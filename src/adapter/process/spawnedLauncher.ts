import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { toError, watchProcess } from '../../ipc/index.js';
import type { Endpoint, ListenerInfo, PeerProcess, ProcessExit } from '../../ipc/index.js';
import { launchFailed } from '../dap/dapErrors.js';
import type { LauncherCommand } from '../settings/launchArguments.js';
import { launcherEnvironment } from './launcherEnvironment.js';
import type { LauncherProcess } from './launcherProcess.js';
import { drainOutput, drainWhenGone } from '../../processes/drainOutput.js';
import { startOutliving } from '../../processes/holder/heldProcess.js';
import { hasGroups } from '../../processes/platform.js';
import { groupRuns, signalGroup } from '../../processes/processGroup.js';
import { ProcessTree } from '../../processes/processTree.js';
import { readProcess } from '../../processes/listing/procFiles.js';
import type { Standby } from '../../processes/standby.js';
import { TreeGuard } from '../../processes/treeGuard.js';
import { endWindowsTree } from '../../processes/windowsTree.js';
import { newSessionMarker } from './sessionMarker.js';
import { startable } from './startable.js';
import { explainStartFailure } from './startFailure.js';
import type { WarmLaunchers } from './warmLaunchers.js';

/** The first descriptor after stdin, stdout and stderr. */
const FIRST_FREE_FD = 3;

/** How a launcher is started. */
interface LauncherSettings {
  readonly cwd: string;
  /** Changes to this process's environment; `null` removes a variable. */
  readonly env: Readonly<Record<string, string | null>>;
  /** True: the program runs on, and its output is read, if this process is killed. */
  readonly keepRunning: boolean;
}

/** The endpoint that a launcher gets, and the variables that it needs. */
interface LauncherEndpoint extends Pick<ListenerInfo, 'endpoint'> {
  readonly env: Readonly<Record<string, string>>;
}

/** A launcher that this process has started. The launcher leads a new process group. */
class SpawnedLauncher implements LauncherProcess {
  private readonly peer: PeerProcess;
  /** Undefined where the system does not list processes: then the process group is signalled. */
  private readonly tree: ProcessTree | undefined;
  private readonly guard: TreeGuard | undefined;
  /** Reads the output of a program that outlives this process, if this process is killed. */
  private readonly drain: Standby | undefined;

  constructor(
    private readonly child: ChildProcess,
    readonly streams: Readonly<Record<'stdout' | 'stderr', Readable>>,
    { marker, keepRunning }: { readonly marker: string; readonly keepRunning: boolean },
  ) {
    this.peer = watchProcess(child);
    this.drain = keepRunning ? drainWhenGone(streams) : undefined;
    const root = child.pid === undefined ? undefined : readProcess(child.pid);
    this.tree = root && new ProcessTree({ pid: root.pid, startTime: root.startTime }, { marker });
    this.guard = this.tree && new TreeGuard(this.tree);
    child.once('exit', () => this.tree?.rootEnded());
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

  /** Only on Windows, where the children of a process that has ended are not found any more. */
  get endTree(): (() => Promise<void>) | undefined {
    return hasGroups ? undefined : () => endWindowsTree(this.child);
  }

  beginEnd(): void {
    this.guard?.begin();
  }

  finishEnd(): void {
    this.guard?.dismiss();
  }

  signal(signal: NodeJS.Signals): boolean {
    return this.tree === undefined ? signalGroup(this.child, signal) : this.tree.signal(signal);
  }

  isRunning(): boolean {
    return this.tree === undefined ? groupRuns(this.child) : this.tree.isRunning();
  }

  detach(): void {
    this.finishEnd();
    this.abandonOutput();
    this.child.unref();
  }

  abandonOutput(): void {
    drainOutput(this.streams);
    this.drain?.dismiss();
  }
}

/**
 * Starts a launcher as the leader of a new process group, so that it can be ended with all processes that it started.
 * If the operating system cannot find the launcher, `exited` settles with the error.
 *
 * @param given the endpoint. For the transport `fd`, the launcher inherits one end of a new socket pair
 * @param warm launchers that are started already. Default: there are none
 * @throws DapError if the operating system has no room for a further process, and for an argument that no process can
 *   have, for example one with a null character
 */
export async function spawnLauncher(
  command: LauncherCommand,
  settings: LauncherSettings,
  given: LauncherEndpoint,
  warm?: WarmLaunchers,
): Promise<LauncherProcess> {
  const marker = newSessionMarker();
  try {
    const env = launcherEnvironment(settings.env, { ...given.env, ...marker.env });
    const place = { cwd: settings.cwd, env };
    const ready = given.endpoint.transport === 'fd' ? undefined : warm?.take({ ...command, ...place });
    const child = ready ?? start(command, place, given);
    const { stdout, stderr } = child;
    // Without descriptors for its pipes, a process has no streams, and an event reports why.
    if (!isStream(stdout) || !isStream(stderr)) throw await failureOf(child);
    const { keepRunning } = settings;
    return new SpawnedLauncher(child, { stdout, stderr }, { marker: marker.text, keepRunning });
  } catch (thrown) {
    const reason = explainStartFailure(toError(thrown));
    throw launchFailed(`the launcher "${command.command}" could not be started: ${reason}`, thrown);
  }
}

function start(
  command: LauncherCommand,
  options: { cwd: string; env: NodeJS.ProcessEnv },
  { endpoint }: LauncherEndpoint,
): ChildProcess {
  const { file, words, options: how } = startable(command, options);
  const verbatim = how.windowsVerbatimArguments;
  return startOutliving({ file, words, ...options, verbatim, others: inheritedPair(endpoint) });
}

/** True if the stream was made, which the types promise and a process that was not started may lack. */
function isStream(stream: Readable | null | undefined): stream is Readable {
  return stream !== null && stream !== undefined;
}

async function failureOf(child: ChildProcess): Promise<Error> {
  const [error]: unknown[] = await once(child, 'error').catch((thrown: unknown) => [thrown]);
  return toError(error);
}

/** The entries of `stdio` that put an inherited socket pair at its descriptor. Empty for other endpoints. */
function inheritedPair(endpoint: Endpoint): ('ignore' | 'pipe')[] {
  if (endpoint.transport !== 'fd') return [];
  return [...Array<'ignore'>(endpoint.fd - FIRST_FREE_FD).fill('ignore'), 'pipe'];
}
