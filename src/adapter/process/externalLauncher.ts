import { setTimeout as delay } from 'node:timers/promises';
import { processSpace, toError } from '../../ipc/index.js';
import type { EventEnvelope, ProcessExit } from '../../ipc/index.js';
import type { LauncherProcess } from './launcherProcess.js';
import type { PeerProof } from './peerProof.js';
import { hasProcFiles } from '../../processes/listing/procFiles.js';
import { identifyReported, isStillThere } from '../../processes/processIdentity.js';
import type { ProcessIdentity } from '../../processes/processIdentity.js';
import { ProcessTree } from '../../processes/processTree.js';
import type { TreeOptions } from '../../processes/processTree.js';
import { TreeGuard } from '../../processes/treeGuard.js';

/**
 * The interval at which a process is polled that has not sent its exit code, in milliseconds. Without /proc, each look is
 * a process.
 */
const POLL_MS = hasProcFiles ? 20 : 250;

interface ExternalLauncherOptions extends TreeOptions {
  /** Proves that the process which the launcher names is the launcher. Without the proof, it gets no signals. */
  readonly proof: PeerProof;
  /** True: the launcher counts as ended when its connection ends, even if its process runs on. Default false. */
  readonly endsWithConnection?: boolean;
}

/**
 * A launcher that another process has started: a terminal, a service manager or the program itself.
 *
 * The process id comes from the launcher's `process` event, and a peer's word is not believed: the process gets signals
 * only if it is this user's and proved to be the launcher, and only as long as its number is not another's. The exit
 * code comes from the `exited` event. The launcher has ended when its connection has ended and its exit code is known
 * or its process is gone. With `endsWithConnection`, the end of the connection is sufficient.
 */
export class ExternalLauncher implements LauncherProcess {
  readonly exited: Promise<ProcessExit>;
  readonly exitsOnItsOwn = false;

  private identity: ProcessIdentity | undefined;
  private tree: ProcessTree | undefined;
  private guard: TreeGuard | undefined;
  private reportedPid: unknown;
  private exitCode: number | null = null;
  private hasSentEvent = false;
  private isOver = false;
  private isDetached = false;
  private settleExited: (exit: ProcessExit) => void = () => undefined;

  constructor(private readonly options: ExternalLauncherOptions) {
    this.exited = new Promise((resolve) => {
      this.settleExited = resolve;
    });
  }

  get pid(): number | undefined {
    return this.identity?.pid;
  }

  get hasExited(): boolean {
    return this.isOver;
  }

  get unreachable(): string | undefined {
    if (this.identity !== undefined || this.isOver) return undefined;
    const named =
      this.reportedPid === undefined ? 'no process id' : `the process id ${text(this.reportedPid)}`;
    return (
      `The program was asked to end and has not. It is left running: it reported ${named}, which could not be ` +
      'confirmed to be its own, and no process is signalled on its word alone. End it where it runs.\n'
    );
  }

  stderrTail(): string {
    return '';
  }

  /** Settles `exited` with the error: the launcher could not be started. Ignored if the launcher has sent an event. */
  fail(error: Error): void {
    if (!this.hasSentEvent) this.end({ code: null, signal: null, error });
  }

  onEvent({ event, body }: EventEnvelope): void {
    this.hasSentEvent = true;
    if (event === 'exited' && typeof body.exitCode === 'number') this.exitCode = body.exitCode;
    if (event !== 'process' || this.identity !== undefined) return;
    this.reportedPid = body.systemProcessId;
    if (body.processSpace === processSpace()) this.identify(body.systemProcessId);
  }

  onDisconnect(): void {
    // An error means that the process cannot be looked at, which is the end of what is known about it.
    this.awaitEnd().catch((thrown: unknown) =>
      this.end({ code: null, signal: null, error: toError(thrown) }),
    );
  }

  beginEnd(): void {
    if (!this.isDetached) this.guard?.begin();
  }

  finishEnd(): void {
    this.guard?.dismiss();
  }

  signal(signal: NodeJS.Signals): boolean {
    return !this.isDetached && (this.tree?.signal(signal) ?? false);
  }

  isRunning(): boolean {
    return !this.isDetached && (this.tree?.isRunning() ?? false);
  }

  detach(): void {
    this.finishEnd();
    this.isDetached = true;
    this.isOver = true;
  }

  abandonOutput(): void {
    // Another process reads the output.
  }

  private identify(reported: unknown): void {
    const identity = identifyReported(reported);
    if (identity === undefined || !this.options.proof(identity.pid) || !isStillThere(identity)) return;
    this.identity = identity;
    const { withChildren, marker } = this.options;
    this.tree = new ProcessTree(identity, { withChildren, marker });
    this.guard = new TreeGuard(this.tree);
  }

  private async awaitEnd(): Promise<void> {
    const hasEnded = (): boolean =>
      this.isOver || this.exitCode !== null || this.identity === undefined || !isStillThere(this.identity);
    while (this.options.endsWithConnection !== true && !hasEnded()) await delay(POLL_MS);
    const isLost = this.exitCode === null && this.options.endsWithConnection === true;
    this.end({
      code: this.exitCode,
      signal: null,
      ...(isLost && { error: new Error('the connection to it is lost') }),
    });
  }

  private end(exit: ProcessExit): void {
    this.isOver = true;
    this.settleExited(exit);
  }
}

/** Shows what a peer sent as a process id. */
function text(reported: unknown): string {
  return typeof reported === 'number' ? String(reported) : `of type ${typeof reported}`;
}
