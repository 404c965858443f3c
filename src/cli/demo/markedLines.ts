import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BreakpointSpec } from '../debug/breakpointSpec.js';

/** Returns the absolute path of a file of the example program. */
export function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../../examples/inventory/${name}`, import.meta.url));
}

/**
 * Finds the line of an example that ends in `// demo: MARK`, so that no line numbers are kept here.
 *
 * @throws Error if no line ends so
 */
export function markedLine(name: string, mark: string): BreakpointSpec {
  const file = exampleFile(name);
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const index = lines.findIndex((line) => line.endsWith(`// demo: ${mark}`));
  if (index < 0) throw new Error(`${file} has no line that ends in "// demo: ${mark}"`);
  return { file, line: index + 1 };
}
