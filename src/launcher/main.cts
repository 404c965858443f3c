/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * The launcher: one file that needs no other one, so that it can be copied. The build puts the modules of the main
 * thread into it as code, and those of other threads and processes as compressed text, in {@link PARTS}: the main thread,
 * which becomes the program's, does not need them, and so reads and parses a third of their size.
 *
 * It is CommonJS on purpose: the ESM loader is loaded only if the program needs it. The children of a program preload
 * it in any version of Node.js, so the build makes its code run in old ones.
 */
import type AttachedChildren = require('./mainThread/children/attachedChildren.cjs');
import type ChildMain = require('./mainThread/childMain.cjs');
import type Launch = require('./mainThread/launch.cjs');
import type Parts = require('./parts.cjs');

/** The compressed texts of the parts, by name. The build writes them. */
declare const PARTS: Parameters<typeof Parts.loadPart>[0];

/** The argument before the name of the part that a separate process runs. src/processes/standby.ts has the same. */
const STANDBY_ARGUMENT = 'standby';
/** The global property by which a debugger asks a running program for its children. inspectedChildren.ts has the same. */
const RENDEZVOUS = Symbol.for('debug-adapter-ipc rendezvous');

function loadPart(name: string): void {
  (require('./parts.cjs') as typeof Parts).loadPart(PARTS, name);
}

function start(): void {
  // A program that runs already, and that a debugger has attached to.
  if (RENDEZVOUS in globalThis) {
    (require('./mainThread/children/attachedChildren.cjs') as typeof AttachedChildren).followChildren(
      RENDEZVOUS,
    );
    return;
  }
  // Neither a program nor a worker: this file is preloaded.
  if (require.main === undefined) {
    (require('./mainThread/childMain.cjs') as typeof ChildMain).joinAsChild();
  } else if (!(require('node:worker_threads') as { isMainThread: boolean }).isMainThread) {
    loadPart('worker.cjs');
  } else if (process.argv[2] === STANDBY_ARGUMENT) {
    loadPart(`${String(process.argv[3])}.cjs`);
  } else {
    (require('./mainThread/launch.cjs') as typeof Launch).launch();
  }
}

start();
