/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * What the launcher does in a program that ran before a debugger attached to it: the children that the program starts
 * from then on come to the debugger. Without a debugger they are started as before.
 */
import spawnHook = require('./spawnHook.cjs');
import type { ChildRendezvous } from '../../link/threadLink.js' with { 'resolution-mode': 'import' };

/**
 * Follows the program's children.
 *
 * @param name the global property that holds the rendezvous. A debugger that attaches later changes that object
 */
function followChildren(name: symbol): void {
  const rendezvous = (globalThis as unknown as Record<symbol, ChildRendezvous>)[name];
  spawnHook.hookChildren(rendezvous, undefined);
}

export = { followChildren };
