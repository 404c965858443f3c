import { compileHitCondition, HIT_CONDITION_HELP } from './hitCondition.js';
import { parseLogMessage } from './logMessage.js';
import type { LogMessage } from './logMessage.js';
import { PROBE_NAME } from '../inspector/probeName.js';
import { errorInExpression, withoutSemicolon } from './syntax.js';

/** The requested conditions of a breakpoint. */
export interface StopRequest {
  /** Stops only if this expression is truthy. An expression that throws counts as false. */
  readonly condition?: string | undefined;
  /** Stops only at these hits. Only hits whose condition is truthy are counted. */
  readonly hitCondition?: string | undefined;
  /** Logs this message instead of stopping. `{expressions}` in it are evaluated. */
  readonly logMessage?: string | undefined;
}

/** The compiled conditions of a breakpoint. */
export interface StopCondition {
  /**
   * The condition for the inspector, evaluated in the frame of each hit. Undefined if the breakpoint always
   * stops.
   */
  readonly expression: string | undefined;
  /** The log message of a log point. */
  readonly log: LogMessage | undefined;
}

/** Compiles the conditions. @returns the compiled conditions, or the problem to show to the user */
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
    const hits = compileHitCondition(hitCondition, `${PROBE_NAME}.count(${id})`);
    if (hits === undefined) return { problem: `"${hitCondition}": ${HIT_CONDITION_HELP}` };
    terms.push(hits);
  }
  const log = logMessage === undefined ? undefined : parseLogMessage(logMessage);
  if (log !== undefined && 'problem' in log) return log;
  if (log !== undefined) terms.push(logTerm(id, log));
  return { expression: terms.length === 0 ? undefined : withGuard(id, terms), log };
}

function logTerm(id: number, { expressions }: LogMessage): string {
  const parts = expressions.map((expression) => `() => (${expression}\n)`);
  return `${PROBE_NAME}.log(${[String(id), ...parts].join(', ')})`;
}

/**
 * Adds what happens when a term throws. Without a probe, as in a `node:vm` context, the breakpoint stops and the probe
 * is then installed. The probe is looked for only then, because V8 compiles and runs the condition anew at each hit.
 */
function withGuard(id: number, terms: readonly string[]): string {
  const failed = `typeof ${PROBE_NAME} === 'undefined' || ${PROBE_NAME}.threw(${id}, e)`;
  return `(() => { try { return !!(${terms.join(' && ')}) } catch (e) { return ${failed} } })()`;
}
