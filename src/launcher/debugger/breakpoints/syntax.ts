import { Script } from 'node:vm';

/**
 * Compiles an expression here, in the launcher's own thread, and does not run it.
 *
 * @returns what is wrong with it; undefined: nothing
 */
export function errorInExpression(expression: string): string | undefined {
  if (expression.trim() === '') return 'there is no expression';
  try {
    // In a function, as `new.target` and `arguments` are of one.
    new Script(`(function () { return (${expression}\n) })`);
    return undefined;
  } catch (error) {
    // Known only where the program stands.
    if (!(error instanceof SyntaxError) || error.message.startsWith('Private field')) return undefined;
    return `SyntaxError: ${error.message}`;
  }
}

/** An expression as a person may write it, without what ends a statement. */
export function withoutSemicolon(expression: string): string {
  return expression.replace(/[;\s]+$/, '');
}
