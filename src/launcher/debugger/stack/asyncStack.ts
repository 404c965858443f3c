import type { Runtime } from 'node:inspector';

/** What stands between two turns of the event loop. */
export interface AsyncLabel {
  /** What the first of them waited for: `await`, `setTimeout`. */
  readonly label: string;
}

/** A call that is over, and led to what runs now. */
export type AsyncFrame = Runtime.CallFrame | AsyncLabel;

/** V8's names for what a person writes otherwise. */
const LABELS: Readonly<Record<string, string>> = {
  'async function': 'await',
  Timeout: 'setTimeout',
  Immediate: 'setImmediate',
  TickObject: 'process.nextTick',
  Microtask: 'queueMicrotask',
};

/** The calls that led here by way of the event loop, the last first, each turn of it under its label. */
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
