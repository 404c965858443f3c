/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * The launcher's main thread, which becomes the program's. It blocks until the worker, which talks to the
 * adapter, orders the start; then it clears its traces and starts the program as plain node would.
 *
 * CommonJS on purpose: nothing of the ESM loader is loaded here unless the program itself needs it.
 *
 * What a program could still tell: its own first Worker has a threadId one higher, async ids begin higher,
 * node's own lowest frame of its first turn is another, and two undocumented functions of `process`
 * (`reallyExit`, `_kill`) are ours.
 */
import fs = require('node:fs');
import inspector = require('node:inspector');
import Module = require('node:module');
import path = require('node:path');
import threads = require('node:worker_threads');
import exitHook = require('./exitHook.cjs');
import type ConsoleHook = require('./console/consoleHook.cjs');
import noteRing = require('./console/noteRing.cjs');
import outputBackPressure = require('./outputBackPressure.cjs');
import scriptTeller = require('./tellScripts.cjs');
import type EvalModule = require('./evalCode.cjs');
import type { HostLink, HostNotice, KEPT_VALUES as KeptValues, StartOrder } from './hostLink.js' with {
  'resolution-mode': 'import',
};

const STDERR_FD = 2;
/** As in hostLink.ts, which is not loaded here. */
const KEPT_VALUES: typeof KeptValues = 'debug-adapter-ipc kept values';
/** The bundle of worker.ts that the build makes: it loads far sooner than its many modules. */
const WORKER_FILE = 'worker.cjs';
/** A worker that has not come up by then never will. In milliseconds. */
const WORKER_START_TIMEOUT_MS = 10_000;
/** How long the end of the process may be held up to pass the last messages on. In milliseconds. */
const END_TIMEOUT_MS = 2_000;
/** Between SIGTERM and SIGKILL where the worker broke down. In milliseconds. */
const KILL_GRACE_MS = 2_000;

function newSign(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Blocks until the sign is raised. False when the time is over. */
function waitFor(sign: Int32Array, timeoutMs?: number): boolean {
  return Atomics.wait(sign, 0, 0, timeoutMs) !== 'timed-out';
}

function complain(text: string): void {
  fs.writeSync(STDERR_FD, `debug-adapter-ipc launch: ${text}\n`);
}

/** The main thread's end of the link. */
interface Host {
  readonly link: HostLink;
  readonly port: threads.MessagePort;
}

/** What the adapter left in the environment for the launcher, the session's key above all, is not for the program. */
function takeOwnVariables(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('DEBUG_ADAPTER_IPC_'));

  for (const [name] of own) delete process.env[name];
  return Object.fromEntries(own);
}

function startWorker(): Host {
  const { port1, port2 } = new threads.MessageChannel();
  const link: HostLink = {
    argv: process.argv.slice(2),
    port: port2,
    alive: newSign(),
    ordered: newSign(),
    exitPassedOn: newSign(),
    detached: newSign(),
    scripts: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
    consoleNotes: noteRing.createRing(),
  };
  const worker = new threads.Worker(path.join(__dirname, WORKER_FILE), {
    workerData: link,
    transferList: [port2],
    // What is preloaded into the program (--require, NODE_OPTIONS) is not for the worker.
    execArgv: [],
    env: takeOwnVariables(),
    // Else node would pipe the worker's output to the program's streams, and so create those.
    stdout: true,
    stderr: true,
  });
  worker.on('error', (error) => endWithoutWorker(link, error));
  worker.unref();
  return { link, port: port1 };
}

function isDebugged(): boolean {
  return !process.argv.some((argument) => argument === '--no-debug' || argument === '--no-wait');
}

/**
 * Makes V8 ready for debugging while the worker starts, which takes as long. A session of this thread's own
 * does it: what V8 finds out about its scripts then is at hand when the worker's session asks for it.
 */
function warmUpDebugger(): inspector.Session {
  const session = new inspector.Session();
  session.connect();
  if (isDebugged()) session.post('Debugger.enable');
  return session;
}

/** The worker broke down (out of memory, say): nobody watches the program any more, so it must not run on. */
function endWithoutWorker({ exitPassedOn, detached }: HostLink, error: Error): void {
  complain(`the debugger's thread failed, ending the program: ${error.stack ?? error.message}`);
  // Nothing is to be waited for.
  for (const sign of [exitPassedOn, detached]) Atomics.store(sign, 0, 1);
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), KILL_GRACE_MS).unref();
}

function awaitOrder({ link, port }: Host): StartOrder {
  if (!waitFor(link.alive, WORKER_START_TIMEOUT_MS)) {
    complain(`the debugger's thread did not start within ${WORKER_START_TIMEOUT_MS} ms`);
    return { kind: 'leave', exitCode: 1 };
  }
  // No deadline: a person may be setting breakpoints. The worker orders to leave when the adapter goes away.
  waitFor(link.ordered);
  const received = threads.receiveMessageOnPort(port) as { message: StartOrder };
  return received.message;
}

/**
 * Lets the worker see the values that the console's calls will be given: until the program starts, in a global
 * variable. There before the worker is, so that it is found.
 */
function shareKeptValues(): unknown[] {
  const kept: unknown[] = [];
  Object.defineProperty(globalThis, KEPT_VALUES, { value: kept, configurable: true });
  return kept;
}

/** Forgets the launcher's modules, and the command that required this one, if any. */
function forgetModules(): void {
  for (const { filename } of [...withChildren(module), process.mainModule ?? module]) {
    delete require.cache[filename];
  }
  (process as { mainModule?: NodeJS.Module | undefined }).mainModule = undefined;
}

function withChildren(parent: NodeJS.Module): NodeJS.Module[] {
  return [parent, ...parent.children.flatMap(withChildren)];
}

function runProgram(program: string, args: readonly string[]): void {
  process.argv.splice(1, process.argv.length, path.resolve(program), ...args);
  forgetModules();
  // From a tick of its own, and bound, so that no frame of ours is below the program's.
  process.nextTick(Module.runMain.bind(Module));
}

function runCode(code: string, args: readonly string[]): void {
  const { prepareCode } = require('./evalCode.cjs') as typeof EvalModule;
  process.argv.splice(1, process.argv.length, ...args);
  const run = prepareCode(code);
  forgetModules();
  process.nextTick(run);
}

/** Tells the worker, and holds the program until the worker has acted on it or time is over. */
function tellWorker({ port }: Host, notice: HostNotice, acted: Int32Array): void {
  port.postMessage(notice);
  waitFor(acted, END_TIMEOUT_MS);
}

function start(): void {
  const kept = shareKeptValues();
  const host = startWorker();
  const warmUp = warmUpDebugger();
  // Here, where the worker takes longer to start.
  const { hookConsole } = require('./console/consoleHook.cjs') as typeof ConsoleHook;
  const order = awaitOrder(host);
  if (isDebugged()) scriptTeller.tellScripts(warmUp, host.port, host.link.scripts);
  else warmUp.disconnect();
  if (order.kind === 'leave') process.exit(order.exitCode);
  Reflect.deleteProperty(globalThis, KEPT_VALUES);
  const { detached, exitPassedOn, consoleNotes } = host.link;
  if (order.describeOutput) hookConsole(consoleNotes, kept);
  exitHook.reportSelfKill(() => tellWorker(host, { kind: 'selfKill' }, detached));
  exitHook.reportExit((exitCode) => tellWorker(host, { kind: 'exit', exitCode }, exitPassedOn));
  outputBackPressure.holdWritersBack();
  if (order.kind === 'program') runProgram(order.program, order.args);
  else runCode(order.code, order.args);
}

start();
