// Builds dist/ from src/: compiles all files, and makes the files of the package from them. With --clean (before
// packing) it removes the older build first.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleLauncher, bundleLibrary, bundleTraceCommand, bundleTypes, bundleViewer } from './bundle.mjs';
import { packagesOf, thirdPartyNotices } from './thirdPartyNotices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist/`;
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

if (process.argv.includes('--clean')) rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
await bundleLibrary(dist);
await bundleTraceCommand(dist);
await bundleTypes(dist);
const bundled = [
  ...(await bundleLauncher(dist, `${dist}launcher/main.cjs`)),
  ...(await bundleViewer(`${root}src/viewer/`, `${dist}cli/viewer.html.br`)),
];
writeFileSync(`${dist}ThirdPartyNotices.txt`, thirdPartyNotices(packagesOf(bundled)));
chmodSync(`${dist}bin.cjs`, 0o755);
