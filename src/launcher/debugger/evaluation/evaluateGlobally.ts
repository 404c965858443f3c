import type { Runtime } from 'node:inspector';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient, EvaluationLimits } from '../inspector/inspectorClient.js';
import type { Input } from './syntax.js';

type Parameters = Runtime.EvaluateParameterType & EvaluationLimits & { replMode?: boolean };

/** The time limit for an awaited value, in milliseconds. Shorter than the time limit of the adapter. */
const AWAIT_TIMEOUT_MS = 20_000;

/**
 * Evaluates outside of any frame.
 *
 * Input that awaits or declares something is evaluated in the inspector's REPL mode, which supports `await`
 * and repeated declarations. Other input is not, because REPL mode returns its result through a promise, and
 * therefore only when the program is idle.
 *
 * @throws DebuggerError if an awaited value takes too long
 */
export async function evaluateGlobally(
  client: Pick<InspectorClient, 'post'>,
  parameters: Parameters,
  { input, isHover, isPaused }: { input: Input; isHover: boolean; isPaused: boolean },
): Promise<Runtime.EvaluateReturnType> {
  const asAtPrompt = (input.awaits || input.declares) && !isHover && !isPaused;
  if (!asAtPrompt) return client.post('Runtime.evaluate', parameters);
  const settled = client.post('Runtime.evaluate', { ...parameters, replMode: true, awaitPromise: true });
  const result = await within(settled, AWAIT_TIMEOUT_MS);
  if (result !== undefined) return result;
  throw new DebuggerError(
    `it has no value after ${AWAIT_TIMEOUT_MS / 1000} s, and goes on without anybody waiting for it: ` +
      'the program is busy, or what is awaited has not come',
  );
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
