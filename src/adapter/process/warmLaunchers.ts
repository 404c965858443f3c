import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute } from 'node:path';
import type { Writable } from 'node:stream';
import type { Logger } from '../../ipc/index.js';
import { startOutliving } from '../../processes/holder/heldProcess.js';
import { launcherFile } from '../../processes/launcherFile.js';
import { defaultRuntime } from '../../processes/findRuntime.js';

/** How a launcher is started: with what it cannot be given later. */
export interface LauncherStart {
  /** The executable, and its arguments: those of the runtime, the launcher's file and the launcher's own. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
}

/** A launcher that waits for its launch. */
interface WarmLauncher {
  readonly child: ChildProcess;
  /** What the launcher was started with, as a text that is the same for every launch that it can serve. */
  readonly kind: string;
}

/** The only argument of a warm launcher. src/launcher/link/threadLink.ts has the same. */
const WARM_ARGUMENT = '--warm';
/** The descriptor over which a warm launcher gets its launch. src/launcher/mainThread/warmLaunch.cts has the same. */
const LAUNCH_FD = 3;
/** The beginning of the names of the variables that one launch alone has. */
const OWN_VARIABLES = 'DEBUG_ADAPTER_IPC_';
/** The time between a launch and the start of the next launcher, in milliseconds: the program comes first. */
const NEXT_START_MS = 2_000;

/**
 * Variables that Node.js, V8, the C library or the loader reads once, when a process starts. A launcher that was started
 * with other values of them cannot be given them later.
 */
const READ_AT_START =
  /^(?:NODE_(?!ENV$)|LD_|DYLD_|LC_|LANG|TZ$|HOME$|USERPROFILE$|UV_|MALLOC_|GLIBC_|ICU_|SSL_|OPENSSL_|[AU]SAN_|.*_PROXY$)/i;
/** Options of the launcher by which it has no debugger, or the program is not its own. */
const UNFIT_OPTIONS = ['--no-debug', '--command', '--inspector', '--keep-running'];

/**
 * Keeps one launcher started, so that a launch need not wait for the start of Node.js and of the debugger. A launch that
 * differs in the runtime, its arguments or a variable that is read at the start of a process gets a launcher of its own.
 *
 * The launcher takes some 50 MB while it waits. It ends with this process, however that ends.
 */
export class WarmLaunchers implements Disposable {
  private ready: WarmLauncher | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /**
   * @param options.keepsOne true: a launcher is started again after each launch. False: only `prepare` starts one.
   *   Default true
   */
  constructor(private readonly options: { readonly logger?: Logger; readonly keepsOne?: boolean } = {}) {}

  /** The process id of the launcher that is ready. Undefined if none is. */
  get pid(): number | undefined {
    return this.ready?.child.pid;
  }

  /** Starts a launcher for the next launch, unless there is one. @param start as that launch. Default: without settings */
  prepare(start: Pick<LauncherStart, 'command' | 'args' | 'env'> = defaultStart()): void {
    if (this.isClosed || this.ready !== undefined) return;
    const kind = kindOf(start);
    if (kind === undefined) return;
    try {
      this.ready = { child: this.start(start), kind };
    } catch (error) {
      // The launch that needs it tells the user.
      this.options.logger?.warn({ err: error }, 'no launcher can be kept ready');
    }
  }

  /**
   * Gives a launch to the launcher that is ready.
   *
   * @returns the launcher's process, which is the caller's from now on; undefined if no launcher is ready that can serve
   *   the launch
   */
  take(start: LauncherStart): ChildProcess | undefined {
    this.prepareLater(start);
    const { ready } = this;
    if (ready === undefined || !isDirectory(start.cwd)) return undefined;
    if (ready.kind !== kindOf(start)) {
      this.release();
      return undefined;
    }
    this.ready = undefined;
    const { child } = ready;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return undefined;
    setReferenced(child, true);
    const argv = start.args.slice(upToLauncher(start.args).length);
    launchPipe(child)?.end(`${JSON.stringify({ argv, cwd: start.cwd, env: start.env })}\n`);
    return child;
  }

  /** Tells that a session does not need the launcher that is ready, which ends unless it is kept for other sessions. */
  release(): void {
    if (this.options.keepsOne === false) this.discard();
  }

  /** Ends the launcher that is ready, and keeps no other. Repeatable. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.discard();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private start({ command, args, env }: Pick<LauncherStart, 'command' | 'args' | 'env'>): ChildProcess {
    const own = Object.entries(env).filter(([name]) => !name.startsWith(OWN_VARIABLES));
    const child = startOutliving({
      file: command,
      words: [...upToLauncher(args), WARM_ARGUMENT],
      cwd: tmpdir(), // Any that stays: the launch brings its own.
      env: Object.fromEntries(own),
      others: ['pipe'],
    });
    const forget = (): void => {
      if (this.ready?.child === child) this.discard();
    };
    child.once('exit', forget).on('error', forget);
    launchPipe(child)?.on('error', () => undefined); // The launcher has ended, which is told by its end.
    setReferenced(child, false);
    return child;
  }

  private prepareLater(start: LauncherStart): void {
    if (this.options.keepsOne === false || this.isClosed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.prepare(start), NEXT_START_MS).unref();
  }

  private discard(): void {
    const child = this.ready?.child;
    this.ready = undefined;
    if (child === undefined) return;
    for (const stream of child.stdio) stream?.destroy();
  }
}

function defaultStart(): Pick<LauncherStart, 'command' | 'args' | 'env'> {
  return { command: defaultRuntime(), args: [launcherFile()], env: process.env };
}

/** The pipe of a warm launcher. Undefined if the process could not be started. */
function launchPipe(child: ChildProcess): Writable | undefined {
  return (child.stdio[LAUNCH_FD] as Writable | null | undefined) ?? undefined;
}

/** Lets a launcher keep this process alive, or not. */
function setReferenced(child: ChildProcess, isReferenced: boolean): void {
  const how = isReferenced ? 'ref' : 'unref';
  child[how]();
  for (const stream of child.stdio) (stream as Partial<NodeJS.RefCounted> | null | undefined)?.[how]?.();
}

/** The arguments of the runtime, and the launcher's file. */
function upToLauncher(args: readonly string[]): readonly string[] {
  return args.slice(0, args.indexOf(launcherFile()) + 1);
}

/** What a launcher must have been started with to serve a launch. Undefined: no warm launcher can serve it. */
function kindOf({ command, args, env }: Pick<LauncherStart, 'command' | 'args' | 'env'>): string | undefined {
  const before = upToLauncher(args);
  if (before.length === 0 || !isAbsolute(command)) return undefined;
  if (args.slice(before.length).some((arg) => UNFIT_OPTIONS.includes(arg))) return undefined;
  const fixed = Object.entries(env).filter(([name]) => READ_AT_START.test(name));
  return JSON.stringify([command, versionOf(command), before, versionOf(launcherFile()), fixed.sort(byName)]);
}

/** Tells a file from one that replaced it, as an update does. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
