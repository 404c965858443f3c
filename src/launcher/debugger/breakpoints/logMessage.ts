import { errorInExpression } from './syntax.js';

/** A parsed log message. The expressions alternate with the texts. */
export interface LogMessage {
  /** One text more than there are expressions. */
  readonly texts: readonly string[];
  readonly expressions: readonly string[];
}

/** Parses a log message. @returns the message, or the problem to show to the user */
export function parseLogMessage(message: string): LogMessage | { readonly problem: string } {
  const texts: string[] = [];
  const expressions: string[] = [];
  let text = '';
  for (let at = 0; at < message.length;) {
    const escaped = /^(?:\\([{}\\])|(\{)\{|(\})\})/.exec(message.slice(at, at + 2));
    if (escaped !== null) {
      text += escaped[1] ?? escaped[2] ?? escaped[3] ?? '';
      at += 2;
    } else if (message[at] === '{') {
      const end = endOfExpression(message, at + 1);
      if (typeof end !== 'number') return end;
      texts.push(text);
      expressions.push(message.slice(at + 1, end));
      text = '';
      at = end + 1;
    } else {
      text += message[at] ?? '';
      at += 1;
    }
  }
  return { texts: [...texts, text], expressions };
}

/**
 * Finds the closing brace of an expression. An object, template, string or comment may also contain braces.
 * The first brace that completes a valid expression is the right one.
 */
function endOfExpression(message: string, start: number): number | { readonly problem: string } {
  let problem: string | undefined;
  for (let end = message.indexOf('}', start); end !== -1; end = message.indexOf('}', end + 1)) {
    const error = errorInExpression(message.slice(start, end));
    if (error === undefined) return end;
    problem ??= `{${message.slice(start, end)}} in the log message: ${error}`;
  }
  return { problem: problem ?? 'the log message has a "{" that is not closed; write "{{" for the character' };
}
