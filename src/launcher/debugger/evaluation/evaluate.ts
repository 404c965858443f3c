import type { Debugger, Runtime } from 'node:inspector';
import type { VariableStore, Origin } from '../values/variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import { evaluateInFrame } from './evaluateInFrame.js';
import { evaluateGlobally } from './evaluateGlobally.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { OBJECT_GROUPS } from '../values/objectGroup.js';
import { formatException } from '../formatting/valueFormat.js';
import type { ValueFormat } from '../formatting/valueFormat.js';
import { copyableText } from './copyableText.js';
import { describeValue } from '../values/describeValue.js';
import type { ValueDetails } from '../values/describeValue.js';
import { asParent } from '../values/memberExpression.js';
import { withImport, withRequire } from './modules.js';
import { asAsyncCall, readInput } from './syntax.js';
import type { Input } from './syntax.js';

/** An expression, and where it is evaluated. */
export interface Evaluation {
  readonly expression: string;
  /** Undefined: globally. */
  readonly frame?: Debugger.CallFrame | undefined;
  /** Whether the thread stands still. */
  readonly isPaused?: boolean | undefined;
  /** What the result is for. `hover` must not change anything and gives up soon; `clipboard` wants all of it. */
  readonly context?: string | undefined;
  readonly format?: ValueFormat | undefined;
  /** Called before it is evaluated in a way that lets it change something. */
  readonly beforeChange?: (() => void) | undefined;
  /** Ends it, where it is evaluated in a frame; the promise then rejects. */
  readonly signal?: AbortSignal | undefined;
}

/** An expression's value, as the adapter is told of it. */
export interface EvaluationResult extends Partial<ValueDetails> {
  readonly result: string;
  readonly variablesReference: number;
}

/** A hover that has no value by then is not worth waiting for. In milliseconds. */
const HOVER_TIMEOUT_MS = 500;

/** @throws DebuggerError with the text of the exception when the expression throws or cannot be parsed */
export async function evaluate(
  client: InspectorClient,
  containers: VariableStore,
  evaluation: Evaluation,
): Promise<EvaluationResult> {
  const { expression, context, format } = evaluation;
  const value = await valueOf(client, { ...evaluation, beforeChange: () => containers.touch() });
  if (context === 'clipboard') return { result: await copyableText(client, value), variablesReference: 0 };
  const { value: result, ...details } = describeValue(containers, value, {
    ...{ origin: originOf(evaluation), expression: asParent(expression), format },
  });
  return { result, ...details };
}

/**
 * The value of an expression.
 *
 * @throws DebuggerError as {@link evaluate}
 */
export async function valueOf(
  client: InspectorClient,
  evaluation: Evaluation,
): Promise<Runtime.RemoteObject> {
  const { result, exceptionDetails } = await run(client, evaluation);
  if (exceptionDetails !== undefined) throw new DebuggerError(formatException(exceptionDetails));
  return result;
}

/** What a person has asked for at the prompt stays in sight when the program goes on, and so does what no stop has. */
function originOf({ frame, context }: Evaluation): Origin {
  const lifetime = frame === undefined || context === 'repl' ? 'session' : 'stop';
  return { lifetime, callFrameId: frame?.callFrameId };
}

async function run(client: InspectorClient, evaluation: Evaluation): Promise<Runtime.EvaluateReturnType> {
  const { expression, frame, context, signal, beforeChange, isPaused = frame !== undefined } = evaluation;
  const isHover = context === 'hover';
  const input = readInput(expression);
  const code = codeOf(input, isPaused);
  const options = {
    expression: frame === undefined ? withImport(code) : await withRequire(client, frame, code),
    objectGroup: OBJECT_GROUPS[originOf(evaluation).lifetime],
    // Gives `require` and the like to expressions that have no module around them.
    includeCommandLineAPI: true,
    silent: true,
    generatePreview: true,
    ...(isHover && { throwOnSideEffect: true, timeout: HOVER_TIMEOUT_MS }),
  };
  if (frame === undefined && !isHover) beforeChange?.();
  if (frame === undefined) return evaluateGlobally(client, options, { input, isHover, isPaused });
  const inFrame = { ...options, callFrameId: frame.callFrameId };
  if (isHover) return client.post('Debugger.evaluateOnCallFrame', inFrame);
  return evaluateInFrame(client, inFrame, signal, beforeChange);
}

/** Nothing is awaited in a program that stands still: what an `await` is for is a promise until it goes on. */
function codeOf(input: Input, isPaused: boolean): string {
  return isPaused && input.awaits ? asAsyncCall(input) : input.code;
}
