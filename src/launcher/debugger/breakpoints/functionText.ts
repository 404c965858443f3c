/** Matches comments, strings and templates, which may contain text that looks like code. */
const NON_CODE =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

/** A place in a script. Lines and columns count from 0. */
export interface TextPlace {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * Finds the functions with that name in a script: declarations, assigned functions, methods and properties.
 * Finds `Class.method`, `Class.prototype.method` and `object.method` both as assignments and within the class
 * or object.
 *
 * @returns a place within the parameters of each function
 */
export function findFunctions(script: string, name: string): TextPlace[] {
  const path = name.split('.').filter((part) => part !== 'prototype');
  const own = path.at(-1) ?? '';
  if (own === '' || !script.includes(own)) return [];
  const text = script.replace(NON_CODE, (part) => part.replace(/[^\n]/g, ' '));
  const owner = path.at(-2);
  return [...text.matchAll(patternOf(own))]
    .filter((match) => isFunction(text, match))
    .filter(({ index }) => owner === undefined || isMemberOf(text, index, owner))
    .map((match) => placeOf(text, match.index + match[0].length));
}

/** Matches the name and the text up to the first parameter. */
function patternOf(name: string): RegExp {
  const escaped = name.replace(/[$#]/g, '\\$&');
  const arrow = String.raw`(?:async\s+)?(?:\(|[\w$]+\s*(?==>))`;
  const value = String.raw`\s*[:=]\s*(?:(?:async\s+)?function\s*\*?\s*[\w$]*\s*\(|${arrow})`;
  return new RegExp(String.raw`(?<![\w$#])${escaped}(?:\s*\(|${value})`, 'g');
}

function isFunction(text: string, { 0: found, index }: RegExpMatchArray & { index: number }): boolean {
  if (!found.endsWith('(') || /function[^(]*\($/.test(found)) return true;
  const after = text.slice(endOfParentheses(text, index + found.length));
  if (/[:=]/.test(found)) return /^\s*=>/.test(after);
  // `name(...) {` is a method or a declaration; `other.name(...)` is a call.
  return /^\s*\{/.test(after) && text[index - 1] !== '.';
}

/**
 * @param at the position after the opening parenthesis
 * @returns the position after the closing parenthesis
 */
function endOfParentheses(text: string, at: number): number {
  let depth = 1;
  while (at < text.length && depth > 0) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    at += 1;
  }
  return at;
}

function isMemberOf(text: string, at: number, owner: string): boolean {
  const name = owner.replace(/[$#]/g, '\\$&');
  if (new RegExp(String.raw`(?<![\w$#])${name}\.(?:prototype\.)?$`).test(text.slice(0, at))) return true;
  const head = text.slice(0, openingBrace(text, at)).slice(-1_000);
  const within = String.raw`(?:class\s+${name}\b[^{};]*|(?<![\w$#])${name}\s*[:=]\s*(?:class\b[^{};]*)?)$`;
  return new RegExp(within).test(head);
}

/** The position of the opening brace of the block or object around a place. */
function openingBrace(text: string, at: number): number {
  let depth = 0;
  for (let before = at - 1; before >= 0; before--) {
    if (text[before] === '}') depth += 1;
    if (text[before] === '{' && depth-- === 0) return before;
  }
  return 0;
}

function placeOf(text: string, offset: number): TextPlace {
  const lines = text.slice(0, offset).split('\n');
  return { lineNumber: lines.length - 1, columnNumber: lines.at(-1)?.length ?? 0 };
}
