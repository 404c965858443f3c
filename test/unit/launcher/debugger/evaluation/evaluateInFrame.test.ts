import type { Debugger, Runtime } from 'node:inspector';
import { describe, expect, it } from 'vitest';
import { DebuggerError } from '../../../../../src/launcher/debugger/inspector/debuggerError.js';
import { evaluateInFrame } from '../../../../../src/launcher/debugger/evaluation/evaluateInFrame.js';
import type {
  InspectorClient,
  EvaluationLimits,
} from '../../../../../src/launcher/debugger/inspector/inspectorClient.js';

type Asked = Debugger.EvaluateOnCallFrameParameterType & EvaluationLimits;
type Answer = Runtime.EvaluateReturnType | Error;

const PARAMETERS = { callFrameId: 'f', expression: 'x' };
const VALUE: Answer = { result: { type: 'number', value: 1 } };
const TERMINATED = new DebuggerError('Inspector error -32000: Execution was terminated');
const SIDE_EFFECT: Answer = {
  result: { type: 'object' },
  exceptionDetails: {
    exceptionId: 1,
    text: 'Uncaught',
    lineNumber: 0,
    columnNumber: 0,
    exception: {
      type: 'object',
      className: 'EvalError',
      description: 'EvalError: Possible side-effect in debug-evaluate\n    at x',
    },
  },
};

/** An inspector that gives these answers one after the other, the last one ever after, and notes what it was asked. */
function inspector(...answers: Answer[]): { client: Pick<InspectorClient, 'post'>; asked: Asked[] } {
  const asked: Asked[] = [];
  const post = (_method: string, parameters: Asked): Promise<Runtime.EvaluateReturnType> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? VALUE;
    asked.push(parameters);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { client: { post: post as InspectorClient['post'] }, asked };
}

function limits(asked: readonly Asked[]): [number | undefined, boolean][] {
  return asked.map(({ timeout, throwOnSideEffect }) => [timeout, throwOnSideEffect === true]);
}

describe('evaluateInFrame', () => {
  it('evaluates an expression without side effects once, in the first try', async () => {
    const { client, asked } = inspector(VALUE);
    expect(await evaluateInFrame(client, PARAMETERS, undefined)).toBe(VALUE);
    expect(limits(asked)).toEqual([[250, true]]);
  });

  it('evaluates one with side effects as soon as that shows, with the long limit', async () => {
    const { client, asked } = inspector(SIDE_EFFECT, VALUE);
    expect(await evaluateInFrame(client, PARAMETERS, undefined)).toBe(VALUE);
    expect(limits(asked)).toEqual([
      [250, true],
      [20_000, false],
    ]);
  });

  it('gives an expression that never ends all the time there is, less than an adapter waits', async () => {
    const { client, asked } = inspector(TERMINATED);
    await expect(evaluateInFrame(client, PARAMETERS, undefined)).rejects.toThrow(
      'the expression took longer than 20 s and was stopped',
    );
    expect(asked.at(-1)?.throwOnSideEffect).toBeUndefined();
    const total = asked.reduce((sum, { timeout = 0 }) => sum + timeout, 0);
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThan(30_000);
  });

  it('gives up behind the try in which it is cancelled, before anything has a side effect', async () => {
    for (const answer of [TERMINATED, SIDE_EFFECT]) {
      const { client, asked } = inspector(answer);
      await expect(evaluateInFrame(client, PARAMETERS, AbortSignal.abort())).rejects.toThrow(/given up/);
      expect(limits(asked)).toEqual([[250, true]]);
    }
  });

  it('passes on what else the inspector refuses', async () => {
    const refused = new DebuggerError('Can only perform operation while paused.');
    const { client, asked } = inspector(refused);
    await expect(evaluateInFrame(client, PARAMETERS, undefined)).rejects.toBe(refused);
    expect(asked).toHaveLength(1);
  });
});
