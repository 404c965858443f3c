import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceFiles } from './sourceFiles.js';

/** Set to `1` to run tests that need no build while `dist` is missing or older than `src`. */
const SKIP_VARIABLE = 'TEST_WITHOUT_BUILD';
/** Files that the build writes, by its compiler and by each step after that: `scripts/build.mjs`. */
const BUILT = ['dist/bin.cjs', 'dist/cli/main.cjs', 'dist/lib/index.d.ts', 'dist/launcher/main.cjs'];

/**
 * Compares the build of a project with its sources.
 *
 * @returns the reason why the build cannot be used, and what to do; undefined if it is newer than all sources
 */
export function whyNotBuilt(root: string): string | undefined {
  const missing = BUILT.find((file) => !existsSync(join(root, file)));
  if (missing !== undefined) return explain(`${missing} does not exist`);
  const builtMs = Math.min(...BUILT.map((file) => modifiedMs(root, file)));
  const changed = sourceFiles(root, 'src').map((file) => ({ file, atMs: modifiedMs(root, file) }));
  const newest = changed.reduce((one, other) => (other.atMs > one.atMs ? other : one));
  return newest.atMs > builtMs ? explain(`dist is older than ${newest.file}`) : undefined;
}

/** Runs once before all tests, and ends the run if there is no build of the sources as they are. */
export default function requireBuild(): void {
  if (process.env[SKIP_VARIABLE] === '1') return;
  const reason = whyNotBuilt(fileURLToPath(new URL('../..', import.meta.url)));
  if (reason !== undefined) throw new Error(reason);
}

function explain(fault: string): string {
  return [
    `Many tests run the build in dist, and ${fault}.`,
    'Run "npm run build" first ("npm test" does so itself).',
    `Tests that need no build run without it: ${SKIP_VARIABLE}=1 npx vitest run PATH`,
  ].join('\n');
}

function modifiedMs(root: string, file: string): number {
  return statSync(join(root, file)).mtimeMs;
}
