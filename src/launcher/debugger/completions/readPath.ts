/** What stands before the cursor: the expression whose members are wanted, and what is typed of the member's name. */
export interface Path {
  /** The first part, an expression without calls or members: `this`, a name, a string. Undefined: names in scope. */
  readonly root?: string;
  /** The members that lead from it to the object. */
  readonly keys: readonly string[];
  /** What is typed of the name so far, without a quotation mark. */
  readonly prefix: string;
  /** What stands before the prefix and names no member without one: `.`, `?.` or `[`, with what follows it. */
  readonly opening: string;
  /** How the member is named: plainly behind `.`, or in brackets with this quotation mark. */
  readonly quote?: string;
}

const WORD = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
const STRING = `'(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*"`;
/** A member that is named by itself: `.name`, `?.name`, `.#name`, `[0]`, `['name']`. */
const MEMBER = `\\s*(?:\\?\\.|\\.)\\s*#?${WORD}|(?:\\?\\.)?\\[\\s*(?:\\d+|${STRING})\\s*\\]`;
const ROOT = `${WORD}|${STRING}|\`[^\`$\\\\]*\`|\\[[^\\[\\]()]*\\]|\\d[\\d_]*n|\\/(?:[^/\\\\\\n]|\\\\.)+\\/[a-z]*|\\(\\d+\\)`;
const BEFORE = `(?:^|[^\\p{ID_Continue}$.\\])#])`;

const AT_DOT = new RegExp(`${BEFORE}(${ROOT})((?:${MEMBER})*)\\s*(\\??\\.\\s*)(#?(?:${WORD})?)$`, 'u');
const AT_BRACKET = new RegExp(
  `${BEFORE}(${ROOT})((?:${MEMBER})*)((?:\\?\\.)?\\[\\s*)(['"]?)([^'"\\]\\n]*)$`,
  'u',
);
const AT_NAME = new RegExp(`(?:^|[^\\p{ID_Continue}$.#'"\`])(${WORD})?$`, 'u');

/**
 * Reads the end of a text as far as it names an object by members alone. What is called or computed is not run for
 * a completion, and so has none.
 *
 * @param text all that stands before the cursor
 */
export function readPath(text: string): Path | undefined {
  const dot = AT_DOT.exec(text);
  if (dot !== null) {
    const [, root = '', members = '', opening = '', prefix = ''] = dot;
    return { root, keys: keysOf(members), prefix, opening };
  }
  const bracket = AT_BRACKET.exec(text);
  if (bracket !== null) {
    const [, root = '', members = '', opening = '', quote = '', prefix = ''] = bracket;
    return {
      ...{ root, keys: keysOf(members), prefix, opening: opening + quote },
      quote: quote === '' ? "'" : quote,
    };
  }
  const prefix = AT_NAME.exec(text)?.[1] ?? '';
  return AT_NAME.test(text) ? { keys: [], prefix, opening: '' } : undefined;
}

function keysOf(members: string): string[] {
  const found = members.matchAll(new RegExp(`(#?${WORD})|\\[\\s*(\\d+|${STRING})\\s*\\]`, 'gu'));
  return [...found].map(([, name, index = '']) => name ?? unquoted(index));
}

function unquoted(text: string): string {
  return /^\d/.test(text) ? text : text.slice(1, -1).replace(/\\(.)/g, '$1');
}
