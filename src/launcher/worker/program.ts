import { basename } from 'node:path';
import type { Logger } from '../../ipc/index.js';
import { MainThreadChannel } from '../debugger/inspector/inspectorChannel.js';
import type { InspectorAccess } from '../debugger/programDebugger.js';
import type { DebuggedProgram, NoticeHandler } from '../link/debuggedProgram.js';
import { ProgramTermination } from './programTermination.js';
import { EXIT_CODES } from '../options/exitCodes.js';
import type { ScriptFilter } from '../debugger/sources/sourceLocations.js';
import {
  releaseScript,
  SCRIPT_FILTERS,
  releaseMainThread,
  setFlag,
  SCRIPT_FLAGS,
} from '../link/threadLink.js';
import type { ThreadLink, MainThreadNotice, RecordRing, StartOrder } from '../link/threadLink.js';
import type { LauncherOptions, RunTarget } from '../options/launcherOptions.js';

/** The program of this process, independent of the sessions that debug it. It starts once and ends once. */
export class Program implements DebuggedProgram {
  readonly termination = new ProgramTermination(sessionMarker());
  private started = false;
  private readonly noticeHandlers = new Set<NoticeHandler>();

  constructor(
    private readonly link: ThreadLink,
    private readonly options: Pick<LauncherOptions, 'args' | 'childRendezvous'> & {
      readonly target: RunTarget;
    },
    private readonly logger: Logger,
  ) {
    link.port.on('message', (notice: MainThreadNotice) => void this.handleNotice(notice));
  }

  get identity(): DebuggedProgram['identity'] {
    const { target } = this.options;
    return { name: nameOf(target), pid: process.pid };
  }

  /**
   * True if node itself runs the program, as a child of a debugged program. The launcher must not end it
   * then.
   */
  get isChild(): boolean {
    return this.link.child !== undefined;
  }

  get isStarted(): boolean {
    return this.started;
  }

  /** Records of the program's console calls. */
  get callRecords(): RecordRing {
    return this.link.callRecords;
  }

  openInspector(): InspectorAccess {
    return { channel: new MainThreadChannel(), isThisProcess: true, reportsConsole: false };
  }

  /**
   * Starts the program. Further calls do nothing.
   *
   * @param how.describeOutput true to record the calls of its console; default false
   */
  start({ describeOutput = false } = {}): void {
    if (this.started) return;
    const { target, args, childRendezvous: rendezvous } = this.options;
    this.logger.info({ target, args }, 'the program starts');
    this.order(
      this.isChild
        ? { kind: 'continue', isDebugged: true, rendezvous, describeOutput }
        : { ...target, args, rendezvous, describeOutput },
    );
  }

  /**
   * Ends the launcher if the program has not started. If the program is a child, lets it run without a
   * debugger.
   */
  cancelStart(): void {
    if (this.started) return;
    if (this.isChild) releaseMainThread(this.link);
    else this.order({ kind: 'exit', exitCode: EXIT_CODES.failed });
  }

  /**
   * Adds a handler for notices. The main thread waits for it.
   *
   * @returns a function that removes the handler
   */
  onNotice(handler: NoticeHandler): () => void {
    this.noticeHandlers.add(handler);
    return () => this.noticeHandlers.delete(handler);
  }

  /** Selects the scripts with source maps that the main thread announces before they run, from now on. */
  setScriptFilter(filter: ScriptFilter): void {
    Atomics.store(this.link.scripts, SCRIPT_FLAGS.filter, SCRIPT_FILTERS[filter]);
  }

  /** Selects if scripts with a `debugger` statement are announced before they run, from now on. */
  setStatementsMatter(matter: boolean): void {
    Atomics.store(this.link.scripts, SCRIPT_FLAGS.statements, matter ? 1 : 0);
  }

  private order(order: StartOrder): void {
    this.started = true;
    this.link.port.postMessage(order);
    setFlag(this.link.ordered);
  }

  private async handleNotice(notice: MainThreadNotice): Promise<void> {
    await Promise.allSettled([...this.noticeHandlers].map((handler) => handler(notice)));
    if (notice.kind === 'script') releaseScript(this.link.scripts, notice.number);
    else setFlag(notice.kind === 'exit' ? this.link.exitPassedOn : this.link.detached);
  }
}

function nameOf(target: RunTarget): string {
  if (target.kind === 'program') return basename(target.program);
  return target.kind === 'command' ? basename(target.command) : '[eval]';
}

/** The name of the session in the environment of the program's processes: the first one is the adapter's own. */
function sessionMarker(): string | undefined {
  const names = process.env.DEBUG_ADAPTER_IPC_SESSION;
  return names === undefined || names === '' ? undefined : names.split(' ', 1)[0];
}
