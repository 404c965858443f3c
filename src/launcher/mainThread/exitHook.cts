/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Reports the end of the program, however it ends, after all its `exit` listeners have run. The program must
 * see no trace of this: no listener in `process.listeners('exit')`, no frame in a stack, and `process.emit`
 * is the same function as under plain node.
 */

import os = require('node:os');

/** Properties of `process` that its type omits. */
interface ProcessInternals {
  emit: unknown;
  reallyExit: (exitCode?: number) => never;
  _kill: (pid: number, signal: number) => number;
  readonly _exiting?: boolean;
}

type EmitRead = (reader: (...args: never[]) => unknown) => void;

const internals = process as unknown as ProcessInternals;

/**
 * Calls `report` once, synchronously, with the exit code, when the program ends. A death by signal is not
 * reported, because no code runs then.
 *
 * @param emitRead called whenever `process.emit` is read, with the function that saw it
 */
function reportExit(report: (exitCode: number) => void, emitRead: EmitRead): void {
  let reported = false;
  const reportOnce = (exitCode: number): void => {
    if (reported) return;
    reported = true;
    report(exitCode);
  };
  reportAfterExitListeners(reportOnce, emitRead);
  reportReallyExit(reportOnce);
}

/**
 * Calls `report`, synchronously, before the program sends itself a signal that it does not handle. Node takes
 * such a signal for the end of the program, and would print on stderr that it waits for the debugger.
 */
function reportSelfKill(report: () => void): void {
  const kill = internals._kill;
  internals._kill = function (this: unknown, pid: number, signal: number): number {
    if (signal > 0 && [0, -1, process.pid, -process.pid].includes(pid) && !isHandled(signal)) report();
    return kill.call(this, pid, signal);
  };
  Object.defineProperty(internals._kill, 'name', { value: '_kill' });
}

function isHandled(signal: number): boolean {
  const found = Object.entries(os.constants.signals).filter(([, number]) => number === signal);
  return found.some(([name]) => process.listenerCount(name) > 0);
}

/**
 * Calls `report` after all `exit` listeners. Node reads `process.emit` just before each `exit` event, with
 * `process._exiting` set: at that moment a listener is added, which is then the last one. An accessor on the
 * prototype sees the read. It also accepts assignments, so it still works for programs that wrap
 * `process.emit`.
 *
 * One end is not reported: an uncaught exception whose exit listener throws as well. Node ignores the second
 * error and calls nothing more. The adapter then learns the exit code from the process alone.
 */
function reportAfterExitListeners(report: (exitCode: number) => void, emitRead: EmitRead): void {
  let current = internals.emit;
  let listening = false;
  const listenLast = (): void => {
    listening = true;
    // Avoids node's warning about too many listeners.
    process.setMaxListeners(0);
    process.on('exit', (exitCode) => {
      report(Number(process.exitCode ?? exitCode));
    });
    // An exit listener that throws prevents the later ones from running, also this one. Node then exits with
    // 1.
    process.on('uncaughtExceptionMonitor', () => {
      report(Number(process.exitCode ?? 1));
    });
  };
  // A module preloaded by --require may have wrapped `emit` already.
  const holder: object = Object.hasOwn(process, 'emit')
    ? process
    : (Object.getPrototypeOf(process) as object);
  Object.defineProperty(holder, 'emit', {
    configurable: true,
    enumerable: true,
    get: function readEmit() {
      if (internals._exiting === true && !listening) listenLast();
      emitRead(readEmit);
      return current;
    },
    set: (replacement: unknown) => {
      current = replacement;
    },
  });
}

/**
 * Calls `report` before `process.exit()` inside an exit listener, which ends the process at once: no later
 * listener runs.
 */
function reportReallyExit(report: (exitCode: number) => void): void {
  const reallyExit = internals.reallyExit;
  internals.reallyExit = function (this: unknown, exitCode?: number): never {
    report(Number(exitCode ?? 0));
    return reallyExit.call(this, exitCode);
  };
  Object.defineProperty(internals.reallyExit, 'name', { value: 'reallyExit' });
}

export = { reportExit, reportSelfKill };
