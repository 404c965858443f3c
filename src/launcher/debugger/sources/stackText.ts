/** Matches a place at the end of a line in a stack's text, with or without parentheses. */
const PLACE =
  /(?<before>^[^\S\n\r\u2028\u2029]+at (?:async )?(?:.*\()?)(?<name>[^\s()][^()\n]*?):(?<line>\d+):(?<column>\d+)(?<after>\)?)$/gm;

/**
 * Translates a place in a script. Stacks name CommonJS modules by path, and others by URL. Lines and columns count from 1. Returns undefined if the place is not to be
 * changed.
 */
export type FindOriginal = (
  name: string,
  line: number,
  column: number,
) => { readonly name: string; readonly line: number; readonly column: number } | undefined;

/** Replaces the places in a stack's text that `find` can translate. */
export function translateStack(stack: string, find: FindOriginal): string {
  return stack.replace(
    PLACE,
    (whole, before: string, name: string, line: string, column: string, after: string) => {
      const found = find(name, Number(line), Number(column));
      return found === undefined ? whole : `${before}${found.name}:${found.line}:${found.column}${after}`;
    },
  );
}
