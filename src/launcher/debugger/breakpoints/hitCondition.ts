/** How a hit condition is compared, by what it begins with. The count stands left of it. */
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

/** What can be said of a hit condition that is none. */
export const HIT_CONDITION_HELP =
  'a hit condition is a number, alone or behind one of = == != > >= < <= %: "5", ">= 3", "%2"';

/**
 * A hit condition in JavaScript.
 *
 * @param count an expression that counts a hit, and gives how many there were with it
 * @returns undefined for what is no hit condition
 */
export function compileHitCondition(text: string, count: string): string | undefined {
  const [, operator, digits] = HIT_CONDITION.exec(text.trim()) ?? [];
  if (operator === undefined || digits === undefined) return undefined;
  const number = Number(digits);
  if (operator === '%') return number === 0 ? undefined : `${count} % ${number} === 0`;
  const comparison = COMPARISONS[operator];
  return comparison === undefined ? undefined : `${count} ${comparison} ${number}`;
}
