import { Script } from 'node:vm';

/** What an input is, as far as its syntax decides how it is evaluated. */
export interface Input {
  /** The text to be evaluated: an object literal in parentheses, all else as it is. */
  readonly code: string;
  /** Whether it has an `await` of its own, which only some ways of evaluating know. */
  readonly awaits: boolean;
  /** Whether it declares something that is to last. */
  readonly declares: boolean;
}

/** Reads an input. Nothing is run: this thread's own parser looks at it. */
export function readInput(text: string): Input {
  const code = isObjectLiteral(text) ? `(${text}\n)` : text;
  return {
    code,
    awaits: /\bawait\b/.test(text) && !parses(code) && parses(`async () => {${text}\n}`),
    declares: /(?:^|[;}\n])\s*(?:let|const|class)\s/.test(text),
  };
}

/** The input as an async function that is called at once: its promise is what the input comes to. */
export function asAsyncCall({ code }: Input): string {
  const expression = `(async () => (${code}\n))()`;
  return parses(expression) ? expression : `(async () => {${code}\n})()`;
}

/** `{a: 1}` is a block with a label to JavaScript, and an object to a person. */
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
