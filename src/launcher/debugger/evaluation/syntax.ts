import { Script } from 'node:vm';

/** The input of an evaluation, with the properties that determine how it is evaluated. */
export interface Input {
  /** The code to evaluate. An object literal is in parentheses; other input is unchanged. */
  readonly code: string;
  /** True if the input contains a top-level `await`. */
  readonly awaits: boolean;
  /** True if the input contains a declaration that lasts beyond the evaluation. */
  readonly declares: boolean;
}

/** Parses an input in this thread, without running it. */
export function readInput(text: string): Input {
  const code = isObjectLiteral(text) ? `(${text}\n)` : text;
  return {
    code,
    awaits: /\bawait\b/.test(text) && !parses(code) && parses(`async () => {${text}\n}`),
    declares: /(?:^|[;}\n])[^\S\n]*(?:let|const|class)\s/.test(text),
  };
}

/** Wraps the input in an async function call, which evaluates to a promise. */
export function asAsyncCall({ code }: Input): string {
  const expression = `(async () => (${code}\n))()`;
  return parses(expression) ? expression : `(async () => {${code}\n})()`;
}

/**
 * True for an input such as `{a: 1}`, which JavaScript parses as a block, but which users mean as an object.
 */
function isObjectLiteral(text: string): boolean {
  return /^\s*\{[^]*\}\s*$/.test(text) && parses(`(${text}\n)`);
}

function parses(code: string): boolean {
  try {
    return new Script(code) instanceof Script;
  } catch {
    return false;
  }
}
