/**
 * Characters that can change how a terminal shows other text: control characters (C0, DEL, C1), format
 * characters (with them the marks of text direction), line separators, and halves of surrogate pairs. The two
 * joiners are not among them, because scripts and emoji need them.
 */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Columns between two tab stops. */
const TAB_COLUMNS = 8;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Returns the text as one line that a terminal shows character by character. Unprintable characters become
 * escapes as in JavaScript: `\n`, `\x1b`, `\u202e`, `\u{e0001}`.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => SHORT_ESCAPES[character] ?? escapeOf(character));
}

/** Returns text of several lines so that it can be printed: line ends stay, all else as {@link printable}. */
export function printableText(text: string): string {
  return linesOf(text).map(printable).join('\n');
}

/** Returns the lines of a text of another process, each indented, so that none looks like one of the front-end. */
export function indentedLines(text: string): string[] {
  return linesOf(text).map((line) => `  ${line}`);
}

/** Replaces each tab by spaces up to the next tab stop. */
export function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  const [first = '', ...others] = line.split('\t');
  let expanded = first;
  for (const part of others) {
    expanded += ' '.repeat(TAB_COLUMNS - (expanded.length % TAB_COLUMNS)) + part;
  }
  return expanded;
}

/** Returns the JSON text with escapes for unprintable characters. The value stays the same. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (character) => {
    return Array.from({ length: character.length }, (_, at) => unitEscape(character.charCodeAt(at))).join('');
  });
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).map(expandTabs);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? unitEscape(code) : `\\u{${hex}}`;
}

/** Formats a UTF-16 unit as `\uXXXX`. */
function unitEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
