import type { Debugger, Runtime } from 'node:inspector';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient, Limits } from '../inspector/inspectorClient.js';

type Parameters = Debugger.EvaluateOnCallFrameParameterType & Limits;

/** How long each try may take, in milliseconds. One that is cancelled ends with the try that it is in. */
const TRIES_MS = [250, 500, 1_000, 2_000, 4_000] as const;
/** How long what is not tried may take, in milliseconds: with the tries before it less than an adapter waits. */
const LONGEST_MS = 20_000;

/**
 * Evaluates in a frame of a program that stands still, and never keeps it busy for ever.
 *
 * The inspector cannot be asked to end an evaluation: what it is sent meanwhile waits for that very end, also
 * `Runtime.terminateExecution`. All it has is a time limit that is given at the beginning. So an expression is
 * first evaluated where it may not have a side effect, for a short time, and for longer ones if that was not
 * enough: nothing has happened by then, so that it can begin anew, or be given up. What does have a side
 * effect is evaluated once, with a long limit.
 *
 * @param signal gives it up after the try that it is in
 * @param beforeChange called before it is evaluated where it may have a side effect
 * @throws DebuggerError that it was given up, or took too long
 */
export async function evaluateInFrame(
  client: Pick<InspectorClient, 'post'>,
  parameters: Parameters,
  signal: AbortSignal | undefined,
  beforeChange: () => void = () => undefined,
): Promise<Runtime.EvaluateReturnType> {
  for (const timeout of TRIES_MS) {
    const tried = await evaluateWithin(client, { ...parameters, throwOnSideEffect: true, timeout });
    if (tried !== undefined && !wasSideEffect(tried)) return tried;
    if (signal?.aborted === true) throw new DebuggerError('the evaluation was given up');
    if (tried !== undefined) break;
  }
  beforeChange();
  const result = await evaluateWithin(client, { ...parameters, timeout: LONGEST_MS });
  if (result !== undefined) return result;
  throw new DebuggerError(`the expression took longer than ${LONGEST_MS / 1000} s and was stopped`);
}

/** The evaluation's outcome; undefined where it was ended by its time limit. */
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
