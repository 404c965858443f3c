import type { Debugger, Runtime } from 'node:inspector';
import type { VariableStore, Origin } from '../values/variableStore.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import { evaluateInFrame } from './evaluateInFrame.js';
import { evaluateGlobally } from './evaluateGlobally.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { OBJECT_GROUPS } from '../values/objectGroup.js';
import { formatException } from '../formatting/valueFormat.js';
import type { ValueFormat } from '../formatting/primitives.js';
import { copyableText } from './copyableText.js';
import { describeValue } from '../values/describeValue.js';
import type { ValueDetails } from '../values/describeValue.js';
import { asParent } from '../values/memberExpression.js';
import type { Views } from '../values/variables.js';
import type { VisibleNames } from '../names/visibleNames.js';
import { withImport, withRequire } from './modules.js';
import { asAsyncCall, readInput } from './syntax.js';
import type { Input } from './syntax.js';

/** An expression, and how to evaluate it. */
export interface Evaluation {
  readonly expression: string;
  /** Undefined to evaluate globally. */
  readonly frame?: Debugger.CallFrame | undefined;
  /** The names of the frame's variables in the source, if they differ from those in the script. */
  readonly names?: VisibleNames | undefined;
  /** True if the thread is paused. Default: true if there is a frame. */
  readonly isPaused?: boolean | undefined;
  /**
   * The purpose of the result. `hover` must not have side effects and has a short time limit; `clipboard`
   * requests the whole value.
   */
  readonly context?: string | undefined;
  readonly format?: ValueFormat | undefined;
  /** Gives values the descriptions that the program has for them. */
  readonly views?: Pick<Views, 'describe'> | undefined;
  /** Called before an evaluation that may have side effects. */
  readonly beforeChange?: (() => void) | undefined;
  /** Cancels the evaluation in a frame; the promise then rejects. */
  readonly signal?: AbortSignal | undefined;
}

/** The value of an expression as reported to the adapter. */
export interface EvaluationResult extends Partial<ValueDetails> {
  readonly result: string;
  readonly variablesReference: number;
}

/** The time limit for a hover, in milliseconds. */
const HOVER_TIMEOUT_MS = 500;

/** @throws DebuggerError with the text of the exception if the expression throws or cannot be parsed */
export async function evaluate(
  client: InspectorClient,
  store: VariableStore,
  evaluation: Evaluation,
): Promise<EvaluationResult> {
  const { expression, context, format } = evaluation;
  const value = await valueOf(client, { ...evaluation, beforeChange: () => store.markChanged() });
  if (context === 'clipboard') return { result: await copyableText(client, value), variablesReference: 0 };
  const origin = originOf(evaluation);
  const [shown = value] = (await evaluation.views?.describe([value], origin.lifetime)) ?? [];
  const { value: result, ...details } = describeValue(store, shown, {
    ...{ origin, expression: asParent(expression), format },
  });
  return { result, ...details };
}

/**
 * Evaluates an expression.
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

/**
 * Determines the lifetime of the result. Results of the debug console, and of evaluations without a frame,
 * remain visible when the program continues.
 */
function originOf({ frame, context }: Evaluation): Origin {
  const lifetime = frame === undefined || context === 'repl' ? 'session' : 'stop';
  return { lifetime, callFrameId: frame?.callFrameId };
}

async function run(client: InspectorClient, evaluation: Evaluation): Promise<Runtime.EvaluateReturnType> {
  const {
    expression,
    names,
    frame,
    context,
    signal,
    beforeChange,
    isPaused = frame !== undefined,
  } = evaluation;
  const isHover = context === 'hover';
  const input = readInput(names?.toScript(expression) ?? expression);
  const code = codeOf(input, isPaused);
  const options = {
    expression: frame === undefined ? withImport(code) : await withRequire(client, frame, code),
    objectGroup: OBJECT_GROUPS[originOf(evaluation).lifetime],
    // Provides `require` and similar names to expressions outside of a module.
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

/** A paused program cannot wait for a promise. An expression with `await` then results in a promise. */
function codeOf(input: Input, isPaused: boolean): string {
  return isPaused && input.awaits ? asAsyncCall(input) : input.code;
}
