/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * The main thread's side of debugging the program that it hosts: starts the worker, which talks to the adapter,
 * blocks until that orders what is to become of the program, and tells it of the program's end.
 */
import inspector = require('node:inspector');
import path = require('node:path');
import threads = require('node:worker_threads');
import noteRing = require('./recordRing.cjs');
import exitHook = require('./exitHook.cjs');
import scriptTeller = require('./announceScripts.cjs');
import type { ChildOrigin, ThreadLink, MainThreadNotice, StartOrder } from '../link/threadLink.js' with {
  'resolution-mode': 'import',
};

/** The bundle of worker.ts that the build makes: it loads far sooner than its many modules. */
const WORKER_FILE = 'worker.cjs';
/** A worker that has not come up by then never will. In milliseconds. */
const WORKER_START_TIMEOUT_MS = 10_000;
/** How long the end of the process may be held up to pass the last messages on. In milliseconds. */
const END_TIMEOUT_MS = 2_000;

/** The main thread's end of the link. */
interface Host {
  readonly link: ThreadLink;
  readonly port: threads.MessagePort;
}

interface HostOptions {
  /** The launcher's own command line, without node and the script. */
  readonly argv: readonly string[];
  /** The worker's environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Where this is a child of a program that is debugged. */
  readonly child?: ChildOrigin;
  /** The worker broke down (out of memory, say): nobody watches the program any more. */
  readonly workerFailed: (error: Error) => void;
}

function newSign(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Blocks until the sign is raised. False when the time is over. */
function waitFor(sign: Int32Array, timeoutMs?: number): boolean {
  return Atomics.wait(sign, 0, 0, timeoutMs) !== 'timed-out';
}

function startWorker({ argv, env, child, workerFailed }: HostOptions): Host {
  const { port1, port2 } = new threads.MessageChannel();
  const link: ThreadLink = {
    argv,
    child,
    port: port2,
    alive: newSign(),
    ordered: newSign(),
    exitPassedOn: newSign(),
    detached: newSign(),
    scripts: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
    callRecords: noteRing.createRing(),
  };
  const worker = new threads.Worker(path.join(__dirname, '..', WORKER_FILE), {
    workerData: link,
    transferList: [port2],
    // What is preloaded into the program (--require, NODE_OPTIONS) is not for the worker.
    execArgv: [],
    env,
    // Else node would pipe the worker's output to the program's streams, and so create those.
    stdout: true,
    stderr: true,
  });
  worker.on('error', (error) => {
    // Nothing is to be waited for.
    for (const sign of [link.exitPassedOn, link.detached]) Atomics.store(sign, 0, 1);
    workerFailed(error);
  });
  worker.unref();
  return { link, port: port1 };
}

/**
 * Makes V8 ready for debugging while the worker starts, which takes as long. A session of this thread's own
 * does it: what V8 finds out about its scripts then is at hand when the worker's session asks for it.
 */
function warmUpDebugger(isDebugged: boolean): inspector.Session {
  const session = new inspector.Session();
  session.connect();
  if (isDebugged) session.post('Debugger.enable');
  return session;
}

/** Blocks until the worker orders something. Undefined where it does not even start: in time, or at all. */
function awaitOrder({ link, port }: Host): StartOrder | undefined {
  if (!waitFor(link.alive, WORKER_START_TIMEOUT_MS)) return undefined;
  // No deadline: a person may be setting breakpoints. The worker has an order when the adapter goes away.
  waitFor(link.ordered);
  return (threads.receiveMessageOnPort(port) as { message: StartOrder }).message;
}

/** From here on the worker hears of scripts before they run. The session stays, for as long as the program runs. */
function reportScripts({ port, link }: Host, session: inspector.Session): void {
  scriptTeller.tellScripts(session, port, link.scripts);
}

/** Tells the worker, and holds the program until the worker has acted on it or time is over. */
function tellWorker({ port }: Host, notice: MainThreadNotice, acted: Int32Array): void {
  port.postMessage(notice);
  waitFor(acted, END_TIMEOUT_MS);
}

/** From here on the worker learns how the program ends. */
function reportEnd(host: Host): void {
  const { detached, exitPassedOn } = host.link;
  exitHook.reportSelfKill(() => tellWorker(host, { kind: 'selfKill' }, detached));
  exitHook.reportExit((exitCode) => tellWorker(host, { kind: 'exit', exitCode }, exitPassedOn));
}

/** Takes a module, and all that it has loaded, out of what the program can see. */
function forgetModule(forgotten: NodeJS.Module): void {
  if (require.cache[forgotten.filename] !== forgotten) return;
  delete require.cache[forgotten.filename];
  forgotten.children.forEach(forgetModule);
}

export = {
  awaitOrder,
  forgetModule,
  reportEnd,
  reportScripts,
  startWorker,
  warmUpDebugger,
  WORKER_START_TIMEOUT_MS,
};
