import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside the package, so that it imports `debug-adapter-ipc` by name as a reader would.
const folder = `${root}dist/readme-example`;
const compiler = `${root}node_modules/typescript/bin/tsc`;

function example(): string {
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}README.md`, 'utf8'))?.[1];
  if (code === undefined) throw new Error('README.md has no example');
  return code;
}

describe('the example in the README', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/example.ts`, example());
    writeFileSync(`${folder}/program.js`, "console.log('the program ran');\nprocess.exitCode = 3;\n");
    const options = {
      module: 'NodeNext',
      target: 'ES2022',
      strict: true,
      types: ['node'],
      skipLibCheck: true,
    };
    writeFileSync(
      `${folder}/tsconfig.json`,
      JSON.stringify({ compilerOptions: options, files: ['example.ts'] }),
    );
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('has about fifteen lines', () => {
    expect(example().trim().split('\n').length).toBeLessThanOrEqual(15);
  });

  it('compiles and runs', async () => {
    await run(process.execPath, [compiler, '-p', folder], { timeout: 25_000 });
    const { stdout } = await run(process.execPath, [`${folder}/example.js`, `${folder}/program.js`], {
      timeout: 10_000,
    });
    expect(stdout).toContain('the program ran');
    expect(stdout).toContain('exited { exitCode: 3 }');
    expect(stdout).toContain('the session is over: closed by the peer');
  });
});
