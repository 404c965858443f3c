/** The text before the cursor: an expression, and the beginning of the name of one of its members. */
export interface Path {
  /**
   * The first part of the expression: `this`, a name, a string, or a call with all before it. Undefined for names in
   * scope.
   */
  readonly root?: string;
  /** The members that lead from the root to the object. */
  readonly keys: readonly string[];
  /** The beginning of the member's name, without a quotation mark. */
  readonly prefix: string;
  /** The text between the expression and the prefix: `.`, `?.` or `[`, with any quotation mark and spaces. */
  readonly opening: string;
  /** The quotation mark of a member in brackets. Undefined for a member after `.`. */
  readonly quote?: string;
}

const WORD = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
const STRING = `'(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*"`;
/** Matches a member with a literal name: `.name`, `?.name`, `.#name`, `[0]`, `['name']`. */
const MEMBER = `\\s*(?:\\?\\.|\\.)\\s*#?${WORD}|(?:\\?\\.)?\\[\\s*(?:\\d+|${STRING})\\s*\\]`;
const ROOT = `${WORD}|${STRING}|\`[^\`$\\\\]*\`|\\[[^\\[\\]()]*\\]|\\d[\\d_]*n|\\/(?:[^/\\\\\\n]|\\\\.)+\\/[a-z]*|\\(\\d+\\)`;
const BEFORE = `(?:^|[^\\p{ID_Continue}$.\\])#])`;

const AT_DOT = new RegExp(`${BEFORE}(${ROOT})((?:${MEMBER})*)\\s*(\\??\\.\\s*)(#?(?:${WORD})?)$`, 'u');
const AT_BRACKET = new RegExp(
  `${BEFORE}(${ROOT})((?:${MEMBER})*)((?:\\?\\.)?\\[\\s*)(?:(['"])|(?!\\s))([^'"\\]\\n]*)$`,
  'u',
);
const AT_MEMBER = new RegExp(`(\\??\\.\\s*)(#?(?:${WORD})?)$`, 'u');
const AT_NAME = new RegExp(`(?:^|[^\\p{ID_Continue}$.#'"\`])(${WORD})?$`, 'u');

/**
 * Reads the path of members at the end of a text. Behind a call or a computed member, the root is the whole text before the
 * point, to be evaluated without side effects.
 *
 * @param text the text before the cursor
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
  const behindCall = AT_MEMBER.exec(text);
  if (behindCall !== null) {
    const [, opening = '', prefix = ''] = behindCall;
    const root = text.slice(0, behindCall.index).trimEnd();
    if (/[)\]]$/.test(root)) return { root, keys: [], prefix, opening };
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
