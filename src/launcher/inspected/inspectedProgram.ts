import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hostAndPort, isRecord, systemCode, toError } from '../../ipc/index.js';
import type { Logger } from '../../ipc/index.js';
import type { InspectorAccess } from '../debugger/programDebugger.js';
import type { ChildRendezvous } from '../link/threadLink.js';
import type { DebuggedProgram, NoticeHandler, ProgramEnding } from '../link/debuggedProgram.js';
import type { InspectorTarget } from '../options/launcherOptions.js';
import { launcherFile } from '../../processes/launcherFile.js';
import { findInspector } from './findInspector.js';
import { followChildren } from './inspectedChildren.js';
import { WebSocketChannel } from './webSocketChannel.js';

/** The time between two attempts to connect, in milliseconds. */
const RETRY_MS = 100;
/** The time for one answer of the inspector, in milliseconds. */
const ANSWER_MS = 2_000;
/** The time between SIGTERM and SIGKILL, in milliseconds: below that of the adapter's next step. */
const GRACE_MS = 1_000;

/** A program of another process, which runs already and is reached by its inspector. */
export class InspectedProgram implements DebuggedProgram {
  readonly isChild = true;
  readonly isStarted = true;
  readonly callRecords = undefined;
  readonly termination: ProgramEnding;
  /** Resolves when the connection to the program has ended, and all who are told of it are done. */
  readonly ended: Promise<void>;
  private readonly noticeHandlers = new Set<NoticeHandler>();
  private isReleased = false;
  private telling: Promise<void> | undefined;

  private constructor(
    private readonly channel: WebSocketChannel,
    readonly identity: DebuggedProgram['identity'],
    private readonly logger: Logger,
  ) {
    this.termination = new InspectedTermination(channel);
    this.ended = channel.ended.then(() => this.tellEnd(undefined));
  }

  /**
   * Connects to the program's inspector. Tries again while nothing listens: the program may be about to start.
   *
   * @param timeoutMs the time for all attempts, in milliseconds
   * @throws Error with the reason and the way out
   */
  static async connect(
    target: InspectorTarget,
    timeoutMs: number,
    logger: Logger,
  ): Promise<InspectedProgram> {
    const endsAtMs = performance.now() + timeoutMs;
    for (;;) {
      try {
        return await InspectedProgram.connectOnce(target, logger);
      } catch (thrown) {
        const isAbsent = ['ECONNREFUSED', 'ECONNRESET'].includes(systemCode(thrown) ?? '');
        if (!isAbsent || performance.now() + RETRY_MS > endsAtMs)
          throw explain(toError(thrown), target, isAbsent);
        await delay(RETRY_MS);
      }
    }
  }

  private static async connectOnce(
    { address, pid: expected }: InspectorTarget,
    logger: Logger,
  ): Promise<InspectedProgram> {
    const found =
      address.path === undefined
        ? await findInspector(address, ANSWER_MS)
        : { path: address.path, title: '' };
    const channel = await WebSocketChannel.connect(address, found.path, ANSWER_MS);
    try {
      const pid = await readPid(channel);
      if (expected !== undefined && pid !== undefined && pid !== expected) {
        throw new Error(`the inspector there is that of process ${pid}, not of process ${expected}`);
      }
      const name = found.title === '' ? hostAndPort(address) : basename(found.title);
      return new InspectedProgram(channel, { name, pid }, logger);
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  /** Makes the children that the program starts from now on come to the rendezvous, if that is possible. */
  async follow(rendezvous: ChildRendezvous): Promise<void> {
    try {
      const isFollowed = await evaluate(this.channel, followChildren(rendezvous, launcherFile()));
      this.logger.info({ isFollowed }, 'the children of the program');
    } catch (err) {
      this.logger.warn({ err }, 'the children of the program are not debugged');
    }
  }

  /** The channel of the program. Its end is the end of debugging: a program that was asked to end is waited for. */
  openInspector(): InspectorAccess {
    const { channel } = this;
    const inspector: InspectorAccess['channel'] = {
      post: (...args) => channel.post(...args),
      listen: (listener) => {
        channel.listen((method, params) => {
          listener(method, params);
          if (method === 'NodeRuntime.waitingForDisconnect') void this.programWaits();
        });
        channel.post('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }, () => undefined);
      },
      close: () => {
        this.isReleased = true;
        if (this.termination.isRequested && this.telling === undefined)
          channel.post('Debugger.disable', undefined, () => undefined);
        else channel.close();
      },
    };
    return { channel: inspector, isThisProcess: false, reportsConsole: true };
  }

  /** Lets a program run that waits for its debugger, as `node --inspect-brk` does. */
  start(): void {
    this.channel.post('Runtime.runIfWaitingForDebugger', undefined, () => undefined);
  }

  cancelStart(): void {
    this.channel.close();
  }

  onNotice(handler: NoticeHandler): () => void {
    this.noticeHandlers.add(handler);
    return () => this.noticeHandlers.delete(handler);
  }

  setScriptFilter(): void {
    // The program announces nothing.
  }

  setStatementsMatter(): void {
    // The program announces nothing.
  }

  /**
   * The program has run to its end, and waits until its debuggers have disconnected. Node tells the exit code only of a
   * program that has ended itself, by `process.exit()` or an exception.
   */
  private async programWaits(): Promise<void> {
    const code = await evaluate(this.channel, 'process._exiting ? process.exitCode ?? 0 : undefined').catch(
      () => undefined,
    );
    await this.tellEnd(typeof code === 'number' ? code : undefined);
  }

  private async tellEnd(exitCode: number | undefined): Promise<void> {
    this.telling ??= this.tellHandlers(exitCode);
    await this.telling;
    this.channel.close();
  }

  private async tellHandlers(exitCode: number | undefined): Promise<void> {
    const { isReleased } = this;
    this.logger.info({ exitCode, isReleased }, 'the program has ended, or is not debugged any more');
    await Promise.allSettled([...this.noticeHandlers].map((handler) => handler({ kind: 'exit', exitCode })));
  }
}

/** Ends a program by its own `process.kill`: no process is signalled by a number that the program tells. */
class InspectedTermination implements ProgramEnding {
  isRequested = false;

  constructor(private readonly channel: WebSocketChannel) {}

  request(): void {
    if (this.isRequested) return;
    this.isRequested = true;
    this.send('SIGTERM');
    const timer = setTimeout(() => this.send('SIGKILL'), GRACE_MS);
    void this.channel.ended.then(() => clearTimeout(timer));
  }

  enforce(): void {
    this.request();
  }

  kill(): void {
    // The program is not this launcher's to kill.
  }

  private send(signal: 'SIGTERM' | 'SIGKILL'): void {
    // Fails if the program has ended. In a runtime without `process`, the program stays.
    evaluate(this.channel, `process.kill(process.pid, '${signal}')`).catch(() => undefined);
  }
}

async function readPid(channel: WebSocketChannel): Promise<number | undefined> {
  const pid = await evaluate(channel, `typeof process === 'object' ? process.pid : undefined`);
  return Number.isSafeInteger(pid) ? (pid as number) : undefined;
}

/** Evaluates an expression in the program, and gives its value. @throws Error without an answer in time */
function evaluate(channel: WebSocketChannel, expression: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`the program gave no answer in ${ANSWER_MS} ms: it may be stopped`));
    }, ANSWER_MS);
    channel.post('Runtime.evaluate', { expression, returnByValue: true, silent: true }, (error, answer) => {
      clearTimeout(timer);
      if (error !== null) reject(error);
      else resolve(isRecord(answer) && isRecord(answer.result) ? answer.result.value : undefined);
    });
  });
}

function explain(error: Error, { address }: InspectorTarget, isAbsent: boolean): Error {
  const where = hostAndPort(address);
  if (!isAbsent)
    return new Error(`cannot debug what listens at ${where}: ${error.message}`, { cause: error });
  return new Error(
    `no inspector listens at ${where}. Start the program with "node --inspect=${where}", or name the port that it printed`,
    { cause: error },
  );
}
