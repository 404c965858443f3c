/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * The main thread's side of debugging. It starts the worker, which talks to the adapter, blocks until the
 * worker orders the start of the program, and reports the program's end to the worker.
 *
 * The build puts all modules of the main thread into the launcher's one file: `__filename` is that file.
 */
import inspector = require('node:inspector');
import threads = require('node:worker_threads');
import recordRing = require('./consoleCalls/recordRing.cjs');
import exitHook = require('./exitHook.cjs');
import uncaughtErrors = require('./uncaughtErrors.cjs');
import heapLimit = require('./heapLimit.cjs');
import announceScripts = require('./announceScripts.cjs');
import type {
  ChildOrigin,
  KEPT_VALUES as KeptValues,
  MainThreadNotice,
  StartOrder,
  ThreadLink,
} from '../link/threadLink.js' with {
  'resolution-mode': 'import',
};

/** Same value as in threadLink.ts, which is not loaded here. */
const KEPT_VALUES: typeof KeptValues = 'debug-adapter-ipc kept values';

/** Longest time that the worker may take to start, in milliseconds. */
const WORKER_START_TIMEOUT_MS = 10_000;
/** Longest time that the end of the process may be delayed to send the last messages, in milliseconds. */
const END_TIMEOUT_MS = 2_000;

/** The main thread's end of the link to the worker. */
interface WorkerHandle {
  readonly link: ThreadLink;
  readonly port: threads.MessagePort;
  /** Receives the arguments of the program's console calls. */
  readonly keptValues: unknown[];
  /** Sets the program's heap limit again, once the worker has its own. */
  readonly restoreHeapLimit: () => void;
}

interface WorkerOptions {
  /** The launcher's command line, without node and the script. */
  readonly argv: readonly string[];
  /** The worker's environment: the launcher's own variables, and those of directories. */
  readonly env: NodeJS.ProcessEnv;
  /** Set if this is a child process of a debugged program. */
  readonly child?: ChildOrigin;
  /**
   * Called when the worker has failed, for example because it ran out of memory. The program then has no
   * debugger.
   */
  readonly workerFailed: (error: Error) => void;
}

function newFlag(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Blocks until the flag is set. Returns false if `timeoutMs` has passed before. */
function waitForFlag(flag: Int32Array, timeoutMs?: number): boolean {
  return Atomics.wait(flag, 0, 0, timeoutMs) !== 'timed-out';
}

/**
 * Makes the arguments of the program's console calls visible to the worker by a global variable, until
 * {@link hideKeptValues}. The variable must exist before the worker starts, so that the worker finds it.
 */
function shareKeptValues({ callRecords }: ThreadLink): unknown[] {
  const kept: unknown[] = [];
  Object.defineProperty(kept, 'written', { value: callRecords.written });
  Object.defineProperty(globalThis, KEPT_VALUES, { value: kept, configurable: true });
  return kept;
}

/** Removes the global variable. Must be called before the program runs. */
function hideKeptValues(): void {
  Reflect.deleteProperty(globalThis, KEPT_VALUES);
}

function startWorker({ argv, env, child, workerFailed }: WorkerOptions): WorkerHandle {
  const { port1, port2 } = new threads.MessageChannel();
  const link: ThreadLink = {
    argv,
    child,
    port: port2,
    alive: newFlag(),
    ordered: newFlag(),
    exitPassedOn: newFlag(),
    detached: newFlag(),
    scripts: new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)),
    callRecords: recordRing.createRing(),
    launcherFile: __filename,
  };
  const keptValues = shareKeptValues(link);
  const restoreHeapLimit = heapLimit.liftHeapLimit();
  const worker = new threads.Worker(__filename, {
    workerData: link,
    transferList: [port2],
    // Modules that are preloaded into the program (--require, NODE_OPTIONS) must not run in the worker.
    execArgv: [],
    env,
    resourceLimits: { maxOldGenerationSizeMb: heapLimit.DEBUGGER_HEAP_MB },
    // Otherwise node would pipe the worker's output to the program's streams, and so create those.
    stdout: true,
    stderr: true,
  });
  worker.on('error', (error) => {
    // The main thread must not wait for a worker that has ended.
    for (const flag of [link.exitPassedOn, link.detached]) Atomics.store(flag, 0, 1);
    workerFailed(error);
  });
  worker.unref();
  return { link, port: port1, keptValues, restoreHeapLimit };
}

/**
 * Prepares V8 for debugging while the worker starts, which takes as long. A session of this thread does it.
 * V8 then already knows the scripts when the worker's session asks for them.
 */
function warmUpDebugger(isDebugged: boolean): inspector.Session {
  const session = new inspector.Session();
  session.connect();
  if (isDebugged) session.post('Debugger.enable');
  return session;
}

/** Blocks until the worker has started. Returns false if it does not start, or not in time. */
function awaitWorker({ link, restoreHeapLimit }: WorkerHandle): boolean {
  const isAlive = waitForFlag(link.alive, WORKER_START_TIMEOUT_MS);
  restoreHeapLimit();
  return isAlive;
}

/** Blocks until the worker, which has started, gives an order. */
function awaitOrder({ link, port }: WorkerHandle): StartOrder {
  // Without a deadline, because a person may be setting breakpoints. The worker also gives an order when the
  // adapter disconnects.
  waitForFlag(link.ordered);
  return (threads.receiveMessageOnPort(port) as { message: StartOrder }).message;
}

/**
 * Announces scripts to the worker before they run, from now on. The session stays as long as the program
 * runs.
 */
function reportScripts({ port, link }: WorkerHandle, session: inspector.Session): void {
  announceScripts(session, port, link.scripts);
}

/**
 * Sends a notice to the worker, and blocks the program until the worker has handled it, at most for {@link
 * END_TIMEOUT_MS}.
 */
function notifyWorker({ port }: WorkerHandle, notice: MainThreadNotice, acted: Int32Array): void {
  port.postMessage(notice);
  waitForFlag(acted, END_TIMEOUT_MS);
}

/**
 * Reports the end of the program to the worker when it comes.
 *
 * @param recordStack receives the stacks of uncaught errors, before node prints them
 */
function reportEnd(worker: WorkerHandle, recordStack?: (stack: string) => void): void {
  const { detached, exitPassedOn } = worker.link;
  exitHook.reportSelfKill(() => notifyWorker(worker, { kind: 'selfKill' }, detached));
  const emitRead = recordStack === undefined ? () => undefined : uncaughtErrors.onEmitRead(recordStack);
  exitHook.reportExit((exitCode) => notifyWorker(worker, { kind: 'exit', exitCode }, exitPassedOn), emitRead);
}

/** Removes a module, and all modules that it has loaded, from the module cache. */
function forgetModule(forgotten: NodeJS.Module): void {
  if (require.cache[forgotten.filename] !== forgotten) return;
  delete require.cache[forgotten.filename];
  forgotten.children.forEach(forgetModule);
}

/** Removes the launcher from the module cache. */
function forgetLauncher(): void {
  const launcher = require.cache[__filename];
  if (launcher !== undefined) forgetModule(launcher);
}

export = {
  awaitOrder,
  awaitWorker,
  forgetLauncher,
  forgetModule,
  hideKeptValues,
  reportEnd,
  reportScripts,
  startWorker,
  warmUpDebugger,
  WORKER_START_TIMEOUT_MS,
};
