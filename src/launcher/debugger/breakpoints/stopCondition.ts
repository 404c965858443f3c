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
   * The condition for the inspector, as statements that are evaluated in the frame of each hit: their last value
   * decides. Undefined if the breakpoint always stops.
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
  return { expression: judged(id, terms, log), log };
}

/** The statement of a log point. Each expression is evaluated by itself, so that the others are logged if one throws. */
function logStatement(id: number, { expressions }: LogMessage): string {
  const thrown = `${PROBE_NAME}Thrown`;
  const names = expressions.map((_, index) => `${PROBE_NAME}${index}`);
  const evaluated = expressions.map((expression, index) => {
    const name = names[index] ?? '';
    return `try { ${name} = (${expression}\n) } catch (e) { ${name} = e; ${thrown} += '${index} ' }`;
  });
  const declared = [`${thrown} = ''`, ...names].join(', ');
  const logged = `${PROBE_NAME}.log(${[String(id), thrown, ...names].join(', ')})`;
  return `{ let ${declared}; ${evaluated.join(' ')} ${logged} }`;
}

/**
 * Joins the terms to what V8 judges: statements, whose last value decides. V8 compiles and runs them anew at each hit,
 * and a function in them would cost as much again. A term that throws is caught. Without a probe, as in a `node:vm`
 * context, the breakpoint stops and the probe is then installed: it is looked for only when something throws.
 */
function judged(id: number, terms: readonly string[], log: LogMessage | undefined): string | undefined {
  if (terms.length === 0 && log === undefined) return undefined;
  const all = terms.join(' && ');
  const statement = log === undefined ? all : logStatement(id, log);
  const body = log === undefined || terms.length === 0 ? statement : `if (${all}) ${statement}`;
  const failed = `typeof ${PROBE_NAME} === 'undefined' || ${PROBE_NAME}.threw(${id}, e)`;
  return `try { ${body} } catch (e) { ${failed} }`;
}
