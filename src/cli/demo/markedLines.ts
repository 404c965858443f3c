import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BreakpointSpec } from '../debug/breakpointSpec.js';

/** A file of the example program, absolute. */
export function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../../examples/inventory/${name}`, import.meta.url));
}

/** The line of an example that ends in `// demo: MARK`, so that no number is kept here. Throws if none does. */
export function markedLine(name: string, mark: string): BreakpointSpec {
  const file = exampleFile(name);
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const index = lines.findIndex((line) => line.endsWith(`// demo: ${mark}`));
  if (index < 0) throw new Error(`${file} has no line that ends in "// demo: ${mark}"`);
  return { file, line: index + 1 };
}
