// Builds dist/ from src/: compiles everything, and bundles the launcher's worker. With --clean (before
// packing) nothing of an older build stays behind.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

if (process.argv.includes('--clean')) rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// Every launch waits for the worker: one CommonJS file loads several times sooner than its fifty modules.
await build({
  input: `${root}dist/launcher/worker.js`,
  platform: 'node',
  external: ['pino'],
  logLevel: 'warn',
  output: { file: `${root}dist/launcher/worker.cjs`, format: 'cjs' },
});
chmodSync(`${root}dist/bin.cjs`, 0o755);
