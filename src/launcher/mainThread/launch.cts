/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * The main thread of a launch, which becomes the program's main thread. It blocks until the worker, which
 * talks to the adapter, orders the start. Then it removes its traces and starts the program as plain node
 * would.
 *
 * A program can still see these differences: the threadId of its first Worker is one higher, async ids start
 * higher, the lowest node frame of its first turn is a different one, and two undocumented functions of
 * `process` (`reallyExit`, `_kill`) are replaced, and so are two of its bindings.
 */
import fs = require('node:fs');
import Module = require('node:module');
import path = require('node:path');
import type ConsoleHook = require('./consoleCalls/consoleHook.cjs');
import outputBackPressure = require('./outputBackPressure.cjs');
import directories = require('./directoryVariables.cjs');
import mainThread = require('./mainThread.cjs');
import type WarmLaunchModule = require('./warmLaunch.cjs');
import type SpawnHook = require('./children/spawnHook.cjs');
import type EvalModule = require('./evalCode.cjs');
import type CommandModule = require('./command/runCommand.cjs');
import type { CommandLine, StartOrder, WARM_ARGUMENT as WarmArgument } from '../link/threadLink.js' with {
  'resolution-mode': 'import',
};

const STDERR_FD = 2;
/** The variable with the session's name, which the program's children get. */
const MARKER_VARIABLE = 'DEBUG_ADAPTER_IPC_SESSION';
/** The only argument of a launcher that was started before it is known what to run. Same value as in threadLink.ts. */
const WARM_ARGUMENT: typeof WarmArgument = '--warm';
/** Time between SIGTERM and SIGKILL after the worker has failed, in milliseconds. */
const KILL_GRACE_MS = 2_000;

function writeStderr(text: string): void {
  fs.writeSync(STDERR_FD, `debug-adapter-ipc launch: ${text}\n`);
}

/**
 * Removes the variables that the adapter set for the launcher: the program must not see them, above all not
 * the session's key.
 */
function removeOwnVariables(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('DEBUG_ADAPTER_IPC_'));

  for (const [name] of own) delete process.env[name];
  return Object.fromEntries(own);
}

/**
 * Removes empty variables on Windows, where they stand for removed ones: a process gets some variables of its parent
 * if it is given none, and the system's own shell makes no difference between the two.
 */
function removeEmptyVariables(): void {
  if (process.platform !== 'win32') return;
  for (const [name, value] of Object.entries(process.env)) if (value === '') delete process.env[name];
}

/** Ends the program, because without the worker it would run without a debugger. */
function endWithoutWorker(error: Error): void {
  writeStderr(`the debugger's thread failed, ending the program: ${error.stack ?? error.message}`);
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), KILL_GRACE_MS).unref();
}

function orderExitWithoutWorker(): StartOrder {
  writeStderr(`the debugger's thread did not start within ${mainThread.WORKER_START_TIMEOUT_MS} ms`);
  return { kind: 'exit', exitCode: 1 };
}

/** Removes the launcher, and the command that required it, from the module cache. */
function forgetModules(): void {
  mainThread.forgetLauncher();
  if (process.mainModule !== undefined) mainThread.forgetModule(process.mainModule);
  (process as { mainModule?: NodeJS.Module | undefined }).mainModule = undefined;
}

function runProgram(program: string, args: readonly string[]): void {
  process.argv.splice(1, process.argv.length, path.resolve(program), ...args);
  forgetModules();
  // Starts in a separate tick, as a bound function, so that no frame of the launcher is below the program's.
  process.nextTick(Module.runMain.bind(Module));
}

function runCode(code: string, args: readonly string[]): void {
  const { prepareCode } = require('./evalCode.cjs') as typeof EvalModule;
  process.argv.splice(1, process.argv.length, ...args);
  const run = prepareCode(code);
  forgetModules();
  process.nextTick(run);
}

/** Runs a command, from which this process's children come. */
function runCommand(command: string, args: readonly string[]): void {
  forgetModules();
  (require('./command/runCommand.cjs') as typeof CommandModule).runCommand(command, args);
}

/** True for `--command`, in either form. */
function isCommandOption(option: string): boolean {
  return option === '--command' || option.startsWith('--command=');
}

/** True unless the command line says that the program has no debugger, or that its debugger comes later. */
function startsDebugged(argv: readonly string[]): boolean {
  return !argv.some((option) => option === '--no-debug' || option === '--no-wait' || isCommandOption(option));
}

/** Returns the worker's environment, and removes from this process's what the program must not see. */
function divideEnvironment(): NodeJS.ProcessEnv {
  removeEmptyVariables();
  return { ...directories.directoryVariables(process.env), ...removeOwnVariables() };
}

/** Waits for the launch of a warm launcher, and passes it on to the worker. Ends the process if none comes. */
function receiveLaunch(worker: ReturnType<typeof mainThread.startWorker>): NodeJS.ProcessEnv {
  const { awaitLaunch, takeOn } = require('./warmLaunch.cjs') as typeof WarmLaunchModule;
  try {
    const given = awaitLaunch();
    if (given === undefined) process.exit(0);
    takeOn(given);
    const env = divideEnvironment();
    worker.port.postMessage({ argv: given.argv, env } satisfies CommandLine);
    return env;
  } catch (error) {
    writeStderr(`${WARM_ARGUMENT} is for an adapter, which says over a pipe what to run: ${String(error)}`);
    process.exit(1);
  }
}

function launch(): void {
  const argv = process.argv.slice(2);
  const isDebugged = startsDebugged(argv);
  let env = divideEnvironment();
  const worker = mainThread.startWorker({ argv, env, workerFailed: endWithoutWorker });
  const warmUp = mainThread.warmUpDebugger(isDebugged);
  // Loaded here, because the worker takes longer to start.
  const { hookConsole } = require('./consoleCalls/consoleHook.cjs') as typeof ConsoleHook;
  const isAlive = mainThread.awaitWorker(worker);
  if (argv[0] === WARM_ARGUMENT) env = receiveLaunch(worker);
  const order = isAlive ? mainThread.awaitOrder(worker) : orderExitWithoutWorker();
  if (isDebugged) mainThread.reportScripts(worker, warmUp);
  else warmUp.disconnect();
  if (order.kind === 'exit') process.exit(order.exitCode);
  mainThread.hideKeptValues();
  const { link, keptValues } = worker;
  const recordStack = order.describeOutput === true ? hookConsole(link.callRecords, keptValues) : undefined;
  mainThread.reportEnd(worker, recordStack);
  outputBackPressure.makePipesBlocking();
  const marker = env[MARKER_VARIABLE];
  if (order.rendezvous !== undefined || marker !== undefined) {
    (require('./children/spawnHook.cjs') as typeof SpawnHook).hookChildren(order.rendezvous, marker);
  }
  if (order.kind === 'program') runProgram(order.program, order.args);
  else if (order.kind === 'code') runCode(order.code, order.args);
  else if (order.kind === 'command') runCommand(order.command, order.args);
}

export = { launch };
