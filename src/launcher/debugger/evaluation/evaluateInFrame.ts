import type { Debugger, Runtime } from 'node:inspector';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient, EvaluationLimits } from '../inspector/inspectorClient.js';

type Parameters = Debugger.EvaluateOnCallFrameParameterType & EvaluationLimits;

/** The time limit of each try, in milliseconds. A cancelled evaluation ends after its current try. */
const TRY_TIMEOUTS_MS = [250, 500, 1_000, 2_000, 4_000] as const;
/**
 * The time limit of the final evaluation, in milliseconds. With the tries before it, shorter than the time
 * limit of the adapter.
 */
const FINAL_TIMEOUT_MS = 20_000;

/**
 * Evaluates in a frame of a paused program, for a limited time.
 *
 * The inspector cannot cancel an evaluation, because every later command waits until the evaluation has
 * ended, including `Runtime.terminateExecution`. The inspector only supports a time limit that is set at the
 * beginning. Therefore an expression is first evaluated without side effects, several times with increasing
 * time limits. After each try, nothing has changed in the program, and the evaluation can be repeated or
 * cancelled. An expression that has a side effect is then evaluated once, with a long time limit.
 *
 * @param signal cancels the evaluation after the current try
 * @param beforeChange called before the evaluation that may have side effects
 * @throws DebuggerError if the evaluation was cancelled or took too long
 */
export async function evaluateInFrame(
  client: Pick<InspectorClient, 'post'>,
  parameters: Parameters,
  signal: AbortSignal | undefined,
  beforeChange: () => void = () => undefined,
): Promise<Runtime.EvaluateReturnType> {
  for (const timeout of TRY_TIMEOUTS_MS) {
    const tried = await evaluateWithin(client, { ...parameters, throwOnSideEffect: true, timeout });
    if (tried !== undefined && !wasSideEffect(tried)) return tried;
    if (signal?.aborted === true) throw new DebuggerError('the evaluation was given up');
    if (tried !== undefined) break;
  }
  beforeChange();
  const result = await evaluateWithin(client, { ...parameters, timeout: FINAL_TIMEOUT_MS });
  if (result !== undefined) return result;
  throw new DebuggerError(`the expression took longer than ${FINAL_TIMEOUT_MS / 1000} s and was stopped`);
}

/** The result of the evaluation; undefined if its time limit ended it. */
async function evaluateWithin(
  client: Pick<InspectorClient, 'post'>,
  parameters: Parameters,
): Promise<Runtime.EvaluateReturnType | undefined> {
  try {
    return await client.post('Debugger.evaluateOnCallFrame', parameters);
  } catch (error) {
    if (error instanceof DebuggerError && error.message.endsWith('Execution was terminated'))
      return undefined;
    throw error;
  }
}

function wasSideEffect({ exceptionDetails }: Runtime.EvaluateReturnType): boolean {
  const { className, description = '' } = exceptionDetails?.exception ?? {};
  return className === 'EvalError' && description.startsWith('EvalError: Possible side-effect');
}
