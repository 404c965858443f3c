import { Script } from 'node:vm';

/**
 * Compiles an expression in the launcher's own thread, without running it.
 *
 * @returns the error; undefined if the expression is valid
 */
export function errorInExpression(expression: string): string | undefined {
  if (expression.trim() === '') return 'there is no expression';
  try {
    // The expression is compiled in a function, because `new.target` and `arguments` are valid only there.
    new Script(`(function () { return (${expression}\n) })`);
    return undefined;
  } catch (error) {
    // Private fields can be checked only where the program is paused.
    if (!(error instanceof SyntaxError) || error.message.startsWith('Private field')) return undefined;
    return `SyntaxError: ${error.message}`;
  }
}

/** Removes the semicolons at the end of an expression. */
export function withoutSemicolon(expression: string): string {
  let end = expression.length;
  while (end > 0 && /[;\s]/.test(expression.charAt(end - 1))) end -= 1;
  return expression.slice(0, end);
}
