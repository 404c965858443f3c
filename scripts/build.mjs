// Builds dist/ from src/: compiles everything, and bundles what every session waits for. With --clean (before
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
// Every launch waits for the worker, and every session for the adapter: a few files load several times sooner
// than their modules. They stay in their folders: what they start is found from there.
await bundle('launcher/worker/worker.js', {
  dir: `${root}dist/launcher`,
  format: 'cjs',
  entryFileNames: 'worker.cjs',
  chunkFileNames: '[name].cjs',
});
await bundle('cli/main.js', { dir: `${root}dist/cli`, format: 'esm', chunkFileNames: '[name].js' });
chmodSync(`${root}dist/bin.cjs`, 0o755);

/** Puts a module and all that it imports together; what it imports later, if at all, stays apart. */
async function bundle(input, output) {
  await build({
    input: `${root}dist/${input}`,
    platform: 'node',
    external: ['pino'],
    logLevel: 'warn',
    output: { ...output, sourcemap: true },
  });
}
