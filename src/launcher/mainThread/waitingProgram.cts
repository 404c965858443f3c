/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Blocks the main thread of a child process before anything of its program is loaded, until a debugger has
 * claimed the child and set its breakpoints, or until the time to do so is over. Node then runs the program
 * in either case, and the program sees no difference.
 */
import fs = require('node:fs');
import inspector = require('node:inspector');
import directories = require('./directoryVariables.cjs');
import mainThread = require('./mainThread.cjs');
import spawnHook = require('./children/spawnHook.cjs');
import type ConsoleHook = require('./consoleCalls/consoleHook.cjs');
import type { ChildOrigin } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** False in the runner of `node --test`. It runs each file of tests in a child, which has an inspector. */
function hasInspector(): boolean {
  try {
    const session = new inspector.Session();
    session.connect();
    session.disconnect();
    return true;
  } catch {
    return false;
  }
}

/**
 * @param origin as the parent's launcher wrote it
 * @param marker the name of the session, which this process's children get, too
 */
function waitForDebugger(origin: Pick<ChildOrigin, 'rendezvous' | 'parentPid'>, marker?: string): void {
  spawnHook.hookChildren(debuggerOf(origin), marker);
}

/** Waits for the debugger. Returns the rendezvous for this process's own children, if they are debugged. */
function debuggerOf({
  rendezvous,
  parentPid,
}: Pick<ChildOrigin, 'rendezvous' | 'parentPid'>): ChildOrigin['rendezvous'] | undefined {
  // Checked first because it is faster than connecting, and a program may start hundreds of children.
  if (!fs.existsSync(rendezvous.keyFile)) return undefined;
  if (!hasInspector()) return rendezvous;
  const isCode = (process as { _eval?: string })._eval !== undefined;
  const worker = mainThread.startWorker({
    argv: [],
    env: directories.directoryVariables(process.env),
    child: { rendezvous, parentPid, program: isCode ? undefined : process.argv[1] },
    // The program then runs without a debugger, as any child that is not claimed.
    workerFailed: () => undefined,
  });
  const warmUp = mainThread.warmUpDebugger(true);
  const order = mainThread.awaitWorker(worker) ? mainThread.awaitOrder(worker) : undefined;
  mainThread.hideKeptValues();
  if (order?.kind !== 'continue' || !order.isDebugged) {
    warmUp.disconnect();
    // Whoever did not want this program may want those that it starts.
    return rendezvous;
  }
  mainThread.reportScripts(worker, warmUp);
  mainThread.reportEnd(worker, order.describeOutput === true ? hookConsole(worker) : undefined);
  return order.rendezvous;
}

/** Records the program's console calls. Returns what records the stack of an error that node is about to print. */
function hookConsole({ link, keptValues }: ReturnType<typeof mainThread.startWorker>) {
  const hook = require('./consoleCalls/consoleHook.cjs') as typeof ConsoleHook;
  return hook.hookConsole(link.callRecords, keptValues);
}

export = { waitForDebugger };
