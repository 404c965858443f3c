import type { Runtime } from 'node:inspector';
import { isInternal } from '../stepping/skipFiles.js';

/** A label between the frames of two turns of the event loop. */
export interface AsyncLabel {
  /** The operation that the earlier turn waited for: `await`, `setTimeout`. */
  readonly label: string;
}

/** A call of an earlier turn of the event loop that led to the current call. */
export type AsyncFrame = Runtime.CallFrame | AsyncLabel;

/** The display names for the operation names of V8. */
const LABELS: Readonly<Record<string, string>> = {
  'async function': 'await',
  Timeout: 'setTimeout',
  Immediate: 'setImmediate',
  TickObject: 'process.nextTick',
  Microtask: 'queueMicrotask',
};

/**
 * The asynchronous calls that led to the current call, most recent first. Each turn of the event loop begins
 * with a label. The turns of node and the launcher that led to the first one of the program
 * are left out.
 */
export function readAsyncStack(stack: Runtime.StackTrace | undefined): AsyncFrame[] {
  const turns: Runtime.StackTrace[] = [];
  for (let turn = stack; turn !== undefined; turn = turn.parent) turns.push(turn);
  const last = turns.findLastIndex(({ callFrames }) => callFrames.some(({ url }) => !isInternal(url)));
  return turns
    .slice(0, last + 1)
    .filter(({ callFrames }) => callFrames.length > 0)
    .flatMap(({ description, callFrames }) => [{ label: labelOf(description) }, ...callFrames]);
}

function labelOf(description = ''): string {
  if (description === '') return 'async';
  return LABELS[description] ?? description;
}
