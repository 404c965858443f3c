/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * A child process that is to be debugged: its main thread blocks before anything of its program is loaded, until
 * somebody has adopted it and set their breakpoints, or nobody has in time. Either way node then runs the
 * program, which is none the wiser.
 */
import fs = require('node:fs');
import inspector = require('node:inspector');
import programHost = require('./mainThread.cjs');
import spawnHook = require('./spawnHook.cjs');
import type { ChildOrigin } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** The runner of `node --test` has none, and runs each file of tests in a child, which has. */
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

/** @param invitation as the parent's launcher wrote it */
function park({ desk, parentPid }: Pick<ChildOrigin, 'desk' | 'parentPid'>): void {
  // Sooner found out than by connecting, and children come by the hundreds.
  if (!fs.existsSync(desk.keyFile)) return;
  if (!hasInspector()) {
    spawnHook.hookChildren(desk);
    return;
  }
  const isCode = (process as { _eval?: string })._eval !== undefined;
  const host = programHost.startWorker({
    argv: [],
    env: {},
    child: { desk, parentPid, program: isCode ? undefined : process.argv[1] },
    // Then it runs without a debugger, as any child that is not adopted.
    workerFailed: () => undefined,
  });
  const warmUp = programHost.warmUpDebugger(true);
  const order = programHost.awaitOrder(host);
  if (order?.kind !== 'goOn' || !order.isDebugged) {
    warmUp.disconnect();
    return;
  }
  programHost.reportScripts(host, warmUp);
  programHost.reportEnd(host);
  if (order.desk !== undefined) spawnHook.hookChildren(order.desk);
}

export = { park };
