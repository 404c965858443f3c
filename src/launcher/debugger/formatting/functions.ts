/** The most characters of a function's signature; the rest is cut. */
const MAX_FUNCTION_CHARS = 80;

/**
 * Matches `async`, `*`, the name and the parameters before the body. The `get` of a getter is part of the
 * name.
 */
const HEAD = /^(async\s+)?(?:function\b\s*)?(\*?)\s*([^\s(=]*(?:\s[^\s(=]+)?|\[[^\]]*\])\s*(\([^]*?\))\s*\{/;
const ARROW = /^(?:async\s*)?(?:\([^]*?\)|[^\s(]+)\s*=>/;

/**
 * Formats a function's signature from its source: `ƒ add(a, b)`, `class Basket extends Box`, `(a) => a * 2`.
 */
export function formatFunction(source: string): string {
  if (/^class\b/.test(source)) return shorten(onOneLine(source.split('{', 1)[0] ?? ''));
  if (ARROW.test(source)) return shorten(onOneLine(source));
  const [, isAsync, star = '', name = '', parameters = '()'] = HEAD.exec(source) ?? [];
  if (name === '' && parameters === '()' && !source.startsWith('function'))
    return shorten(`ƒ ${onOneLine(source)}`);
  return shorten(`${isAsync === undefined ? '' : 'async '}ƒ${star} ${onOneLine(name + parameters)}`);
}

function onOneLine(text: string): string {
  return text
    .slice(0, 4 * MAX_FUNCTION_CHARS)
    .replace(/\s+/g, ' ')
    .trim();
}

function shorten(text: string): string {
  return text.length > MAX_FUNCTION_CHARS ? `${text.slice(0, MAX_FUNCTION_CHARS)}…` : text;
}
