/** The most characters of a function's signature; the rest is cut. */
const MAX_FUNCTION_CHARS = 80;

/**
 * Matches `async`, `*`, the name and the parameters before the body. The `get` of a getter is part of the
 * name.
 */
const HEAD =
  /^(async )?(?:function\b ?)?(\*?) ?([^ (=]*(?: [^ (=]+)?|\[[^\]]*\]) ?(\([^]*?(?:\)|$)) ?(?:\{|$)/;
const ARROW = /^(?:async ?)?(?:\([^]*?\)|[^ (]+) ?=>/;

/**
 * Formats a function's signature from its source: `ƒ add(a, b)`, `class Basket extends Box`, `(a) => a * 2`.
 */
export function formatFunction(source: string): string {
  // The beginning with single spaces: the expressions above then take linear time, whatever the source is.
  const text = onOneLine(source);
  if (/^class\b/.test(text)) return shorten((text.split('{', 1)[0] ?? '').trimEnd());
  if (text.startsWith('(') || ARROW.test(text)) return shorten(text);
  const [, isAsync, star = '', name = '', parameters = '()'] = HEAD.exec(text) ?? [];
  if (name === '' && parameters === '()' && !text.startsWith('function')) return shorten(`ƒ ${text}`);
  return shorten(`${isAsync === undefined ? '' : 'async '}ƒ${star} ${name}${parameters}`);
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
