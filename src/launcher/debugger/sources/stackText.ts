import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A place in the text of a stack: at the end of a line, in parentheses or not. */
const PLACE =
  /(?<before>^\s+at (?:async )?(?:.*\()?)(?<name>[^\s()][^()\n]*?):(?<line>\d+):(?<column>\d+)(?<after>\)?)$/gm;

/** Where a script's place is; lines and columns count from 1. Undefined: nowhere else than it says. */
export type FindOriginal = (
  url: string,
  line: number,
  column: number,
) => { readonly name: string; readonly line: number; readonly column: number } | undefined;

/** The text of a stack, as errors have it, with the places in scripts that `find` knows better. */
export function translateStack(stack: string, find: FindOriginal): string {
  return stack.replace(
    PLACE,
    (whole, before: string, name: string, line: string, column: string, after: string) => {
      const url = isAbsolute(name) ? pathToFileURL(name).href : name;
      const found = find(url, Number(line), Number(column));
      return found === undefined ? whole : `${before}${found.name}:${found.line}:${found.column}${after}`;
    },
  );
}
