import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stdioClient } from '../../support/programs.js';

const program = fileURLToPath(new URL('../fixtures/env/prints.cjs', import.meta.url));

/** Runs the program to its end. @returns the lines that it printed */
async function run(launch: object): Promise<string[]> {
  const { client } = stdioClient();
  await client.start({ program, cwd: dirname(program), ...launch });
  await client.waitForEvent('terminated');
  return client.output('stdout').trim().split('\n');
}

async function variables(launch: object): Promise<unknown> {
  const [line] = await run(launch);
  return JSON.parse(line ?? '') as unknown;
}

describe('envFile', () => {
  it('gives the program the variables of a file, beside the adapter’s own', async () => {
    const read = await variables({ envFile: 'one.env', env: { HOME: null } });
    expect(read).toEqual({ ONE: 'from one', TWO: 'from one', THREE: 'from one' });
  });

  it('lets the later of two files win, and env over both', async () => {
    const read = await variables({ envFile: ['one.env', 'two.env'], env: { THREE: 'from env' } });
    expect(read).toEqual({ ONE: 'from one', TWO: 'from two', THREE: 'from env', HOME: '/nowhere' });
  });

  it.each<[string, object, RegExp]>([
    [
      'a file that is not there',
      { envFile: 'no.env' },
      /"envFile" is not there: ".*no\.env"\. Give the path/,
    ],
    ['a directory', { envFile: '.' }, /"envFile" is a directory: ".*env"\. Give the file in it/],
    ['something else', { envFile: [1] }, /"envFile\[0\]" must be a string/],
  ])('is refused where it is %s', async (_, launch, message) => {
    await expect(run(launch)).rejects.toThrow(message);
  });
});

describe('runtimeExecutable', () => {
  it('is looked up in the PATH of the launch where it is a bare name', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'runtime-'));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    symlinkSync(process.execPath, join(bin, 'my-node'));
    const [, execPath] = await run({ runtimeExecutable: 'my-node', env: { PATH: bin } });
    expect(execPath).toBe(process.execPath);
  });

  it('is said to be nowhere, and where it was looked for', async () => {
    await expect(run({ runtimeExecutable: 'my-node', env: { PATH: '/not/there' } })).rejects.toThrow(
      /there is no "my-node" in PATH\. Give the whole path/,
    );
  });
});

describe('args', () => {
  it('teach how they are written where they are neither a list nor one string', async () => {
    await expect(run({ args: 80 })).rejects.toThrow(/"args" must be a list of strings/);
  });
});
