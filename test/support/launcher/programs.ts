import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Returns the path of a program in test/support/fixtures/launcherPrograms. */
export function program(name: string): string {
  return fileURLToPath(new URL(`../fixtures/launcherPrograms/${name}`, import.meta.url));
}

/** Returns the number of the line, counted from 1, that ends in `// break: <mark>`. */
export function lineOf(path: string, mark: string): number {
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.endsWith(`// break: ${mark}`));
  if (at < 0) throw new Error(`${path} has no mark ${mark}`);
  return at + 1;
}
