import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
// A folder inside the package, so that the example imports `debug-adapter-ipc/jsonrpc` by name as a reader
// would.
const folder = `${root}dist/jsonrpc-example`;
const compiler = `${root}node_modules/typescript/bin/tsc`;

/** Returns the code blocks of the page by the file name in their first line. */
function examples(): Map<string, string> {
  const page = readFileSync(`${root}docs/jsonrpc.md`, 'utf8');
  return new Map(
    [...page.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, name = '', code = '']) => [name, code]),
  );
}

describe('the session in docs/jsonrpc.md', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    const files = examples();
    for (const [name, code] of files) writeFileSync(`${folder}/${name}`, code);
    const compilerOptions = {
      module: 'NodeNext',
      target: 'ES2022',
      strict: true,
      types: ['node'],
      skipLibCheck: true,
    };
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: [...files.keys()] }));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('compiles, and runs as its text says', async () => {
    await run(process.execPath, [compiler, '-p', folder], { timeout: 25_000 });
    const { stdout, stderr } = await run(process.execPath, ['adapter.js'], { cwd: folder, timeout: 10_000 });
    expect(stdout.trim().split('\n')).toEqual([
      'stopped: entry',
      "{ result: '6 * 7 is 42' }",
      'no answer will come, the connection was ended by the peer: closed by the peer',
      'over: closed by the peer',
    ]);
    expect(stderr).toBe('');
  });
});
