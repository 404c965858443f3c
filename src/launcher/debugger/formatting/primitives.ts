import { inspect } from 'node:util';

/** Options for the text of a value. */
export interface ValueFormat {
  /** True for whole numbers in hexadecimal. Default: false. */
  readonly hex?: boolean | undefined;
}

/** The most characters of a value's text; the rest is cut. */
export const MAX_VALUE_CHARS = 10_000;

/** Formats a string in quotes. A very long string is cut. */
export function formatString(text: string): string {
  return inspect(text, { maxStringLength: MAX_VALUE_CHARS, breakLength: Infinity });
}

/** Formats a number or another primitive from its decimal text. Text that is not a whole number is unchanged. */
export function formatPrimitive(text: string, { hex = false }: ValueFormat): string {
  const [, sign = '', digits, big = ''] = /^(-?)(\d+)(n?)$/.exec(text) ?? [];
  return hex && digits !== undefined ? `${sign}0x${BigInt(digits).toString(16)}${big}` : text;
}
