/** The JavaScript comparison for each prefix of a hit condition. The count is the left operand. */
const COMPARISONS: Readonly<Record<string, string>> = {
  '': '===',
  '=': '===',
  '==': '===',
  '===': '===',
  '!=': '!==',
  '!==': '!==',
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
};
const HIT_CONDITION = /^(%|[=!]={0,2}|[<>]=?|)\s*(\d{1,15})$/;

/** The error message for an invalid hit condition. */
export const HIT_CONDITION_HELP =
  'a hit condition is a number, alone or behind one of = == != > >= < <= %: "5", ">= 3", "%2"';

/**
 * Compiles a hit condition to JavaScript.
 *
 * @param count an expression that counts a hit and returns the number of hits so far
 * @returns undefined if the hit condition is invalid
 */
export function compileHitCondition(text: string, count: string): string | undefined {
  const [, operator, digits] = HIT_CONDITION.exec(text.trim()) ?? [];
  if (operator === undefined || digits === undefined) return undefined;
  const number = Number(digits);
  if (operator === '%') return number === 0 ? undefined : `${count} % ${number} === 0`;
  const comparison = COMPARISONS[operator];
  return comparison === undefined ? undefined : `${count} ${comparison} ${number}`;
}
