import type { Logger } from '../../ipc/index.js';
import { DebuggeeEnd } from './debuggeeEnd.js';
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
import type { LauncherOptions } from '../options/launcherOptions.js';

/** Does what has to be done before the main thread goes on; it does not wait for ever. */
type NoticeWork = (notice: MainThreadNotice) => Promise<void>;

/** The program of this process, whoever debugs it: it is started once, and ends once. */
export class Program {
  readonly end = new DebuggeeEnd();
  private started = false;
  private readonly works = new Set<NoticeWork>();

  constructor(
    private readonly link: ThreadLink,
    private readonly options: Pick<LauncherOptions, 'target' | 'args' | 'childDesk'>,
    private readonly logger: Logger,
  ) {
    link.port.on('message', (notice: MainThreadNotice) => void this.takeNotice(notice));
  }

  /** Whether node itself runs it: it is the child of a program that is debugged, and not ours to end. */
  get isChild(): boolean {
    return this.link.child !== undefined;
  }

  get isStarted(): boolean {
    return this.started;
  }

  /** What the program's console notes of its calls. */
  get consoleNotes(): RecordRing {
    return this.link.callRecords;
  }

  /**
   * Lets the program's first line run. Further calls do nothing.
   *
   * @param how.describeOutput whether its console notes its calls; default false
   */
  start({ describeOutput = false } = {}): void {
    if (this.started) return;
    const { target, args, childDesk: desk } = this.options;
    this.logger.info({ target, args }, 'the program starts');
    this.order(
      this.isChild ? { kind: 'goOn', isDebugged: true, desk } : { ...target, args, desk, describeOutput },
    );
  }

  /** Ends the launcher, whose program has not begun; a child begins without it. */
  leave(): void {
    if (this.started) return;
    if (this.isChild) releaseMainThread(this.link);
    else this.order({ kind: 'leave', exitCode: EXIT_CODES.failed });
  }

  /** Has the main thread wait for `work` when it tells something. @returns takes it off again */
  onNotice(work: NoticeWork): () => void {
    this.works.add(work);
    return () => this.works.delete(work);
  }

  /** Which scripts with source maps the main thread tells before they run, from now on. */
  setScriptFilter(interest: ScriptFilter): void {
    Atomics.store(this.link.scripts, SCRIPT_FLAGS.interest, SCRIPT_FILTERS[interest]);
  }

  private order(order: StartOrder): void {
    this.started = true;
    this.link.port.postMessage(order);
    setFlag(this.link.ordered);
  }

  private async takeNotice(notice: MainThreadNotice): Promise<void> {
    await Promise.allSettled([...this.works].map((work) => work(notice)));
    if (notice.kind === 'script') releaseScript(this.link.scripts, notice.number);
    else setFlag(notice.kind === 'exit' ? this.link.exitPassedOn : this.link.detached);
  }
}
