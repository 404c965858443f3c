import { compileHitCondition, HIT_CONDITION_HELP } from './hitCondition.js';
import { parseLogMessage } from './logMessage.js';
import type { LogMessage } from './logMessage.js';
import { PROBE } from './probe.js';
import { errorInExpression, withoutSemicolon } from './syntax.js';

/** When a breakpoint stops, as asked for. */
export interface StopRequest {
  /** Stops only where this expression is truthy; one that throws counts as false. */
  readonly condition?: string | undefined;
  /** Stops only at the hits that this says, of those whose condition holds. */
  readonly hitCondition?: string | undefined;
  /** Does not stop, but logs this, its `{expressions}` evaluated. */
  readonly logMessage?: string | undefined;
}

/** When a breakpoint stops, as the inspector is told. */
export interface StopCondition {
  /** Evaluated at each hit, in the frame that is there; undefined: it always stops. */
  readonly expression: string | undefined;
  /** What it logs, where it is a log point. */
  readonly log: LogMessage | undefined;
}

/** @returns the condition, or what is wrong with the request, for the person */
export function compileStopCondition(
  id: number,
  { condition, hitCondition, logMessage }: StopRequest,
): StopCondition | { readonly problem: string } {
  const terms: string[] = [];
  if (condition !== undefined) {
    const expression = withoutSemicolon(condition);
    const error = errorInExpression(expression);
    if (error !== undefined) return { problem: `the condition is no expression: ${error}` };
    terms.push(`(${expression}\n)`);
  }
  if (hitCondition !== undefined) {
    const hits = compileHitCondition(hitCondition, `${PROBE}.count(${id})`);
    if (hits === undefined) return { problem: `"${hitCondition}": ${HIT_CONDITION_HELP}` };
    terms.push(hits);
  }
  const log = logMessage === undefined ? undefined : parseLogMessage(logMessage);
  if (log !== undefined && 'problem' in log) return log;
  if (log !== undefined) terms.push(logTerm(id, log));
  return { expression: terms.length === 0 ? undefined : guard(id, terms), log };
}

function logTerm(id: number, { expressions }: LogMessage): string {
  const parts = expressions.map((expression) => `() => (${expression}\n)`);
  return `${PROBE}.log(${[String(id), ...parts].join(', ')})`;
}

/** Where the probe is not there (a context of `node:vm`), it stops, and the probe is brought. */
function guard(id: number, terms: readonly string[]): string {
  return (
    `typeof ${PROBE} === 'undefined' || ` +
    `(() => { try { return !!(${terms.join(' && ')}) } catch (e) { return ${PROBE}.threw(${id}, e) } })()`
  );
}
