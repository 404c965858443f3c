import type { Runtime } from 'node:inspector';

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
 * with a label.
 */
export function readAsyncStack(stack: Runtime.StackTrace | undefined): AsyncFrame[] {
  const frames: AsyncFrame[] = [];
  for (let turn = stack; turn !== undefined; turn = turn.parent) {
    if (turn.callFrames.length > 0) frames.push({ label: labelOf(turn.description) }, ...turn.callFrames);
  }
  return frames;
}

function labelOf(description = ''): string {
  if (description === '') return 'async';
  return LABELS[description] ?? description;
}
