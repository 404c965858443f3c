// Builds dist/ from src/: compiles all files, and bundles the modules that every session waits for. With
// --clean (before packing) it removes the older build first.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { packagesOf, thirdPartyNotices } from './thirdPartyNotices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

if (process.argv.includes('--clean')) rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// Every launch waits for the worker, and every session for the adapter. A few files load several times faster
// than the separate modules. The bundles stay in their folders, because they find other programs by relative
// paths.
const worker = await bundle('launcher/worker/worker.js', {
  dir: `${root}dist/launcher`,
  format: 'cjs',
  entryFileNames: 'worker.cjs',
  chunkFileNames: '[name].cjs',
});
const cli = await bundle('cli/main.js', {
  dir: `${root}dist/cli`,
  format: 'esm',
  chunkFileNames: '[name].js',
});
// The programs of processes that outlive the one that starts them.
for (const name of ['guardMain', 'drainMain']) {
  const options = { dir: `${root}dist/processes`, format: 'cjs', entryFileNames: `${name}.cjs` };
  await bundle(`processes/${name}.js`, options);
}
writeFileSync(`${root}dist/ThirdPartyNotices.txt`, thirdPartyNotices(packagesOf([...worker, ...cli])));
chmodSync(`${root}dist/bin.cjs`, 0o755);

/**
 * Bundles a module with all its static imports. Dynamic imports become separate files.
 *
 * @returns the bundled modules
 */
async function bundle(input, options) {
  const { output } = await build({
    input: `${root}dist/${input}`,
    platform: 'node',
    external: ['pino'],
    logLevel: 'warn',
    output: { ...options, sourcemap: true },
  });
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}
