import { setFlagsFromString } from 'node:v8';
import { NODE_MAJOR } from './nodeMajor.js';

/**
 * The V8 of Node 21 to 23 asks for better code at every turn of a hot loop, if the loop's function has a breakpoint
 * or is stepped in, gets none, and leaves all interrupts for later: the thread never hears its inspector again.
 */
const LOOPS_GO_DEAF = NODE_MAJOR > 20 && NODE_MAJOR < 24;

/** What makes a function one that V8 does not improve. */
const HINDERING = new Set([
  'Debugger.setBreakpoint',
  'Debugger.setBreakpointByUrl',
  'Debugger.setBreakpointOnFunctionCall',
  'Debugger.stepInto',
  'Debugger.stepOver',
  'Debugger.stepOut',
  'Debugger.restartFrame',
]);

let areKept = false;

/**
 * To be called before the program runs: loops still become faster while they run, but at once and not in the
 * background, where V8 would leave a mark at which a later breakpoint would make them deaf.
 */
export function prepareHotLoops(): void {
  if (!LOOPS_GO_DEAF) return;
  setFlagsFromString('--no-concurrent-osr');
  setFlagsFromString('--no-maglev-osr');
}

/** To be called before an inspector command is sent: from the first that hinders V8 on, no running loop becomes faster. */
export function disableOsr(command: string): void {
  if (!LOOPS_GO_DEAF || areKept || !HINDERING.has(command)) return;
  areKept = true;
  setFlagsFromString('--no-use-osr');
}

/** To be called when nothing hinders V8 any more. */
export function letLoopsBeImproved(): void {
  if (!areKept) return;
  areKept = false;
  setFlagsFromString('--use-osr');
}
