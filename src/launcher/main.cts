/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * The launcher's main thread, which becomes the program's. It blocks until the worker, which talks to the
 * adapter, orders the start; then it clears its traces and starts the program as plain node would.
 *
 * CommonJS on purpose: nothing of the ESM loader is loaded here unless the program itself needs it.
 *
 * What a program could still tell: its own first Worker has a threadId one higher, async ids begin higher,
 * node's own lowest frame of its first turn is another, and two undocumented functions of `process`
 * (`reallyExit`, `_kill`) are ours; where its children are debugged, two of its bindings are, too.
 */
import fs = require('node:fs');
import Module = require('node:module');
import path = require('node:path');
import type ConsoleHook = require('./mainThread/consoleHook.cjs');
import outputBackPressure = require('./mainThread/outputBackPressure.cjs');
import programHost = require('./mainThread/mainThread.cjs');
import type SpawnHook = require('./mainThread/spawnHook.cjs');
import type EvalModule = require('./mainThread/evalCode.cjs');
import type { KEPT_VALUES as KeptValues, StartOrder } from './link/threadLink.js' with {
  'resolution-mode': 'import',
};

const STDERR_FD = 2;
/** As in hostLink.ts, which is not loaded here. */
const KEPT_VALUES: typeof KeptValues = 'debug-adapter-ipc kept values';
/** Between SIGTERM and SIGKILL where the worker broke down. In milliseconds. */
const KILL_GRACE_MS = 2_000;

function writeStderr(text: string): void {
  fs.writeSync(STDERR_FD, `debug-adapter-ipc launch: ${text}\n`);
}

/** What the adapter left in the environment for the launcher, the session's key above all, is not for the program. */
function takeOwnVariables(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('DEBUG_ADAPTER_IPC_'));

  for (const [name] of own) delete process.env[name];
  return Object.fromEntries(own);
}

/** Nobody watches the program any more, so it must not run on. */
function endWithoutWorker(error: Error): void {
  writeStderr(`the debugger's thread failed, ending the program: ${error.stack ?? error.message}`);
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), KILL_GRACE_MS).unref();
}

function leaveWithoutWorker(): StartOrder {
  writeStderr(`the debugger's thread did not start within ${programHost.WORKER_START_TIMEOUT_MS} ms`);
  return { kind: 'leave', exitCode: 1 };
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
  for (const own of [module, process.mainModule ?? module]) programHost.forgetModule(own);
  (process as { mainModule?: NodeJS.Module | undefined }).mainModule = undefined;
}

function runProgram(program: string, args: readonly string[]): void {
  process.argv.splice(1, process.argv.length, path.resolve(program), ...args);
  forgetModules();
  // From a tick of its own, and bound, so that no frame of ours is below the program's.
  process.nextTick(Module.runMain.bind(Module));
}

function runCode(code: string, args: readonly string[]): void {
  const { prepareCode } = require('./mainThread/evalCode.cjs') as typeof EvalModule;
  process.argv.splice(1, process.argv.length, ...args);
  const run = prepareCode(code);
  forgetModules();
  process.nextTick(run);
}

function start(): void {
  const kept = shareKeptValues();
  const argv = process.argv.slice(2);
  const isDebugged = !argv.some((option) => option === '--no-debug' || option === '--no-wait');
  const host = programHost.startWorker({ argv, env: takeOwnVariables(), workerFailed: endWithoutWorker });
  const warmUp = programHost.warmUpDebugger(isDebugged);
  // Here, where the worker takes longer to start.
  const { hookConsole } = require('./mainThread/consoleHook.cjs') as typeof ConsoleHook;
  const order = programHost.awaitOrder(host) ?? leaveWithoutWorker();
  if (isDebugged) programHost.reportScripts(host, warmUp);
  else warmUp.disconnect();
  if (order.kind === 'leave') process.exit(order.exitCode);
  Reflect.deleteProperty(globalThis, KEPT_VALUES);
  programHost.reportEnd(host);
  if (order.kind !== 'goOn' && order.describeOutput) hookConsole(host.link.callRecords, kept);
  outputBackPressure.holdWritersBack();
  if (order.desk !== undefined) {
    (require('./mainThread/spawnHook.cjs') as typeof SpawnHook).hookChildren(order.desk);
  }
  if (order.kind === 'program') runProgram(order.program, order.args);
  else if (order.kind === 'code') runCode(order.code, order.args);
}

start();
