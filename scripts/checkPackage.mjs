/*
 * npm run check:package    packs the package for npm, and checks what others will get: that it fits every kind of
 *                          resolution (publint, attw), and that it is small
 *
 * Requires a build.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { runNpm } from './npm.mjs';

/** The largest size of the unpacked package, in bytes. */
const MAX_BYTES = 1_500_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const faults = [];
const folder = mkdtempSync(join(tmpdir(), 'package-'));
try {
  const [packed] = JSON.parse(
    runNpm(root, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  );
  const tarball = join(folder, packed.filename);
  console.log(`${packed.files.length} files, ${packed.unpackedSize} bytes`);
  if (packed.unpackedSize > MAX_BYTES) faults.push(`the package has more than ${MAX_BYTES} bytes`);
  const bytes = readFileSync(tarball);
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
  });
  faults.push(...messages.map((message) => `publint: ${formatMessage(message, manifest)}`));
  checkTypes(tarball);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Asks attw whether the types are those of the code. The launcher is run, not imported. */
function checkTypes(tarball) {
  const script = join(packageFolder('@arethetypeswrong/cli'), 'dist', 'index.js');
  const args = [tarball, '--profile', 'node16', '--exclude-entrypoints', 'launcher', '--no-emoji'];
  try {
    execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  } catch {
    faults.push('attw: the types do not fit, see above');
  }
}

function packageFolder(name) {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
