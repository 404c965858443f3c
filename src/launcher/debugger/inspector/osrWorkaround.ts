import { setFlagsFromString } from 'node:v8';
import { NODE_MAJOR } from './nodeMajor.js';

/**
 * True if on-stack replacement (OSR) can block interrupts.
 *
 * In Node 21 to 23, V8 requests optimized code at each iteration of a hot loop. If the loop's function has a
 * breakpoint or is stepped through, V8 gets no optimized code and postpones all interrupts. The thread then
 * no longer reacts to its inspector.
 */
const OSR_BLOCKS_INTERRUPTS = NODE_MAJOR > 20 && NODE_MAJOR < 24;

/** Inspector commands after which V8 does not optimize the affected function. */
const OPTIMIZATION_BLOCKERS = new Set([
  'Debugger.setBreakpoint',
  'Debugger.setBreakpointByUrl',
  'Debugger.setBreakpointOnFunctionCall',
  'Debugger.stepInto',
  'Debugger.stepOver',
  'Debugger.stepOut',
  'Debugger.restartFrame',
]);

let isDisabled = false;

/**
 * Limits OSR. Must be called before the program runs.
 *
 * Loops are still optimized while they run, but synchronously. Concurrent OSR would leave a mark in the
 * function, and a later breakpoint in that function would then block interrupts.
 */
export function configureOsr(): void {
  if (!OSR_BLOCKS_INTERRUPTS) return;
  setFlagsFromString('--no-concurrent-osr');
  setFlagsFromString('--no-maglev-osr');
}

/** Disables OSR if `command` prevents optimization. Must be called before each inspector command is sent. */
export function disableOsr(command: string): void {
  if (!OSR_BLOCKS_INTERRUPTS || isDisabled || !OPTIMIZATION_BLOCKERS.has(command)) return;
  isDisabled = true;
  setFlagsFromString('--no-use-osr');
}

/** Enables OSR again. To be called when no breakpoint or step prevents optimization any more. */
export function restoreOsr(): void {
  if (!isDisabled) return;
  isDisabled = false;
  setFlagsFromString('--use-osr');
}
