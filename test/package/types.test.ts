import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

it('the types of messages fit what strict embedders write', async () => {
  // Inside the package, so that it imports `debug-adapter-ipc` by name, with the types of the build.
  const folder = `${root}dist/typed-messages`;
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  copyFileSync(`${root}test/package/fixtures/typedMessages.ts`, `${folder}/typedMessages.ts`);
  const compilerOptions = {
    module: 'NodeNext',
    target: 'ES2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: true,
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ['typedMessages.ts'] }));
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch((error: unknown) => {
    return error as { stdout: string };
  });
  expect(stdout).toBe('');
}, 60_000);
