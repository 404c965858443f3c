import { formatWithOptions, stripVTControlCharacters } from 'node:util';

/** The conversions of a format of the console. `%c` takes CSS and writes nothing. */
const CONVERSION = /%[sdifjoOc%]/g;
const RESET = '\u001b[0m';
/** The colours of CSS that terminals have by number. */
const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const SYNONYMS: Readonly<Record<string, string>> = { fuchsia: 'magenta', aqua: 'cyan', lime: 'green' };
/** Other colours that are common in programs. */
const NAMED: Readonly<Record<string, string>> = {
  gray: '#808080',
  grey: '#808080',
  silver: '#c0c0c0',
  orange: '#ffa500',
  purple: '#800080',
  pink: '#ffc0cb',
  brown: '#a52a2a',
  navy: '#000080',
  teal: '#008080',
  maroon: '#800000',
  olive: '#808000',
  gold: '#ffd700',
};
const FOREGROUND = 30;
const BACKGROUND = 40;
/** The distance from a colour by number to the code for a colour by its parts. */
const BY_PARTS = 8;

/**
 * Formats the arguments of a console call as node does, with `%c` as codes for terminals instead of nothing.
 *
 * @param args the format and its values, which are no objects
 * @returns undefined if no style has a meaning for terminals
 */
export function styledText([format, ...rest]: readonly unknown[]): string | undefined {
  if (typeof format !== 'string') return undefined;
  const values: unknown[] = [];
  let next = 0;
  const codes: string[] = [];
  const withCodes = format.replaceAll(CONVERSION, (conversion) => {
    if (conversion === '%%' || next >= rest.length) return conversion;
    const value = rest[next];
    next += 1;
    if (conversion !== '%c') {
      values.push(value);
      return conversion;
    }
    const code = typeof value === 'string' ? codeOf(value) : '';
    codes.push(code);
    values.push(RESET + code);
    return '%s';
  });
  if (codes.join('') === '') return undefined;
  return formatWithOptions({ colors: false }, withCodes, ...values, ...rest.slice(next)) + RESET;
}

/** True if a styled text is the same as the plain one, but for its codes. */
export function isStyledFormOf(styled: string, plainHead: string): boolean {
  return `${stripVTControlCharacters(styled)}\n`.startsWith(plainHead);
}

/** The codes for the declarations that terminals can show: colours, bold, italic and lines. */
function codeOf(css: string): string {
  return css
    .split(';')
    .map((declaration) => {
      const at = declaration.indexOf(':');
      const property = declaration.slice(0, Math.max(at, 0)).trim().toLowerCase();
      return codeOfProperty(
        property,
        declaration
          .slice(at + 1)
          .trim()
          .toLowerCase(),
      );
    })
    .join('');
}

function codeOfProperty(property: string, value: string): string {
  switch (property) {
    case 'color':
      return colorCode(value, FOREGROUND);
    case 'background':
    case 'background-color':
      return colorCode(value, BACKGROUND);
    case 'font-weight':
      return value === 'bold' || value === 'bolder' || Number(value) >= 600 ? escape('1') : '';
    case 'font-style':
      return value === 'italic' || value === 'oblique' ? escape('3') : '';
    case 'text-decoration':
    case 'text-decoration-line':
      return (
        (value.includes('underline') ? escape('4') : '') + (value.includes('line-through') ? escape('9') : '')
      );
    default:
      return '';
  }
}

function colorCode(value: string, base: number): string {
  const number = COLORS.indexOf(SYNONYMS[value] ?? value);
  if (number !== -1) return escape(String(base + number));
  const parts = partsOf(NAMED[value] ?? value);
  return parts === undefined ? '' : escape(`${base + BY_PARTS};2;${parts.join(';')}`);
}

/** The red, green and blue parts of `#abc`, `#aabbcc`, `rgb(1, 2, 3)` and `rgb(1 2 3)`. */
function partsOf(color: string): number[] | undefined {
  if (/^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.test(color)) {
    const digits =
      color.length > 5 ? color.slice(1) : [...color.slice(1)].map((digit) => digit + digit).join('');
    return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
  }
  if (!/^rgba?\([^()]*\)$/.test(color)) return undefined;
  const parts = color.slice(color.indexOf('(') + 1, -1).split(/[\s,/]+/);
  const numbers = parts
    .filter((part) => part !== '')
    .slice(0, 3)
    .map(Number);
  return numbers.length === 3 && numbers.every((part) => part >= 0 && part <= 255)
    ? numbers.map(Math.round)
    : undefined;
}

function escape(code: string): string {
  return `\u001b[${code}m`;
}
