import type { Runtime } from 'node:inspector';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient, Limits } from '../inspector/inspectorClient.js';
import type { Input } from './syntax.js';

type Parameters = Runtime.EvaluateParameterType & Limits & { replMode?: boolean };

/** How long something awaited at the prompt may take, in milliseconds: less than an adapter waits. */
const AWAIT_MS = 20_000;

/**
 * Evaluates outside of any frame. What awaits or declares is evaluated as at a prompt: `await` is known there, and
 * what was declared before can be declared again. All else is not, because what the prompt gives comes through a
 * promise, and so not before the program is at rest.
 *
 * @throws DebuggerError that what is awaited takes too long
 */
export async function evaluateGlobally(
  client: Pick<InspectorClient, 'post'>,
  parameters: Parameters,
  { input, isHover, isPaused }: { input: Input; isHover: boolean; isPaused: boolean },
): Promise<Runtime.EvaluateReturnType> {
  const asAtPrompt = (input.awaits || input.declares) && !isHover && !isPaused;
  if (!asAtPrompt) return client.post('Runtime.evaluate', parameters);
  const settled = client.post('Runtime.evaluate', { ...parameters, replMode: true, awaitPromise: true });
  const result = await within(settled, AWAIT_MS);
  if (result !== undefined) return result;
  throw new DebuggerError(
    `it has no value after ${AWAIT_MS / 1000} s, and goes on without anybody waiting for it: ` +
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
