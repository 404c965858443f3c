/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Tells the end of the program, whichever way it ends, after every `exit` listener of its own has run.
 * The program must see no trace of this: no listener in `process.listeners('exit')`, no frame in a stack,
 * and `process.emit` is the very function that it is under plain node.
 */

import os = require('node:os');

/** The parts of `process` that its type leaves out. */
interface ProcessInternals {
  emit: unknown;
  reallyExit: (exitCode?: number) => never;
  _kill: (pid: number, signal: number) => number;
  readonly _exiting?: boolean;
}

const internals = process as unknown as ProcessInternals;

/**
 * Calls `report` once, synchronously, when the program has come to its end, with its exit code.
 * Death by a signal is not seen: nothing runs then.
 */
function reportExit(report: (exitCode: number) => void): void {
  let reported = false;
  const reportOnce = (exitCode: number): void => {
    if (reported) return;
    reported = true;
    report(exitCode);
  };
  reportAfterExitListeners(reportOnce);
  reportReallyExit(reportOnce);
}

/**
 * Calls `report`, synchronously, before the program sends itself a signal that it does not handle. Node takes
 * that for its end, and would tell people on stderr that it waits for the debugger.
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
 * Every way to the `exit` event looks `process.emit` up just before, with `process._exiting` set: that is
 * the moment to become the last listener. The accessor sits on the prototype, and takes the assignments of
 * programs that wrap `process.emit` themselves, so it goes on being asked.
 *
 * One end escapes: an uncaught exception whose exit listener throws as well. Node swallows the second error
 * and calls nothing more; the adapter then learns the exit code from the process alone.
 */
function reportAfterExitListeners(report: (exitCode: number) => void): void {
  let current = internals.emit;
  let listening = false;
  const listenLast = (): void => {
    listening = true;
    // One listener more must not be the one too many that node warns of.
    process.setMaxListeners(0);
    process.on('exit', (exitCode) => {
      report(Number(process.exitCode ?? exitCode));
    });
    // An exit listener that throws keeps the later ones from running, ours too; node then exits with 1.
    process.on('uncaughtExceptionMonitor', () => {
      report(Number(process.exitCode ?? 1));
    });
  };
  // A module preloaded by --require may have wrapped it already.
  const holder: object = Object.hasOwn(process, 'emit')
    ? process
    : (Object.getPrototypeOf(process) as object);
  Object.defineProperty(holder, 'emit', {
    configurable: true,
    enumerable: true,
    get: () => {
      if (internals._exiting === true && !listening) listenLast();
      return current;
    },
    set: (replacement: unknown) => {
      current = replacement;
    },
  });
}

/** `process.exit()` inside an exit listener ends the process at once: no later listener runs. */
function reportReallyExit(report: (exitCode: number) => void): void {
  const reallyExit = internals.reallyExit;
  internals.reallyExit = function (this: unknown, exitCode?: number): never {
    report(Number(exitCode ?? 0));
    return reallyExit.call(this, exitCode);
  };
  Object.defineProperty(internals.reallyExit, 'name', { value: 'reallyExit' });
}

export = { reportExit, reportSelfKill };
