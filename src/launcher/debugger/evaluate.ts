import type { Debugger, Runtime } from 'node:inspector';
import { countIndexed, type Containers, type Lifetime } from './containers.js';
import { DebuggerError } from './debuggerError.js';
import type { InspectorClient } from './inspectorClient.js';
import { OBJECT_GROUPS } from './objectGroup.js';
import { evaluateInFrame } from './evaluateInFrame.js';
import { formatException, formatType, formatValue } from './valueFormat.js';

/** An expression, and where it is evaluated. */
export interface Evaluation {
  readonly expression: string;
  /** Undefined: globally. */
  readonly frame?: Debugger.CallFrame | undefined;
  /** What the result is for. `hover` must not change anything and gives up soon. */
  readonly context?: string | undefined;
  /** Ends it, where it is evaluated in a frame; the promise then rejects. */
  readonly signal?: AbortSignal | undefined;
}

/** An expression's value, as the adapter is told of it. */
export interface EvaluationResult {
  readonly result: string;
  readonly type: string;
  readonly variablesReference: number;
  readonly indexedVariables?: number;
}

/** A hover that has no value by then is not worth waiting for. In milliseconds. */
const HOVER_TIMEOUT_MS = 500;

/** @throws DebuggerError with the text of the exception when the expression throws or cannot be parsed */
export async function evaluate(
  client: InspectorClient,
  containers: Containers,
  evaluation: Evaluation,
): Promise<EvaluationResult> {
  const { result, exceptionDetails } = await run(client, evaluation);
  if (exceptionDetails !== undefined) throw new DebuggerError(formatException(exceptionDetails));
  const indexedVariables = countIndexed(result);
  return {
    result: formatValue(result),
    type: formatType(result),
    variablesReference: containers.addValue(result, `(${evaluation.expression})`, lifetimeOf(evaluation)),
    ...(indexedVariables > 0 && { indexedVariables }),
  };
}

/** What a person has asked for at the prompt stays in sight when the program goes on, and so does what no stop has. */
function lifetimeOf({ frame, context }: Evaluation): Lifetime {
  return frame === undefined || context === 'repl' ? 'session' : 'stop';
}

function run(client: InspectorClient, evaluation: Evaluation): Promise<Runtime.EvaluateReturnType> {
  const { expression, frame, context, signal } = evaluation;
  const isHover = context === 'hover';
  const options = {
    expression,
    objectGroup: OBJECT_GROUPS[lifetimeOf(evaluation)],
    // Gives `require` and the like to expressions that have no module around them.
    includeCommandLineAPI: true,
    silent: true,
    generatePreview: true,
    ...(isHover && { throwOnSideEffect: true, timeout: HOVER_TIMEOUT_MS }),
  };
  if (frame === undefined) return client.post('Runtime.evaluate', options);
  const inFrame = { ...options, callFrameId: frame.callFrameId };
  if (isHover) return client.post('Debugger.evaluateOnCallFrame', inFrame);
  return evaluateInFrame(client, inFrame, signal);
}
