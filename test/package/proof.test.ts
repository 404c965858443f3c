import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectPath } from '../support/cliProcess.js';

const run = promisify(execFile);
const has = (command: string, argument: string): boolean => spawnSync(command, [argument]).status === 0;
const canModel = has('spin', '-V') && ['cc', 'gcc', 'clang'].some((command) => has(command, '--version'));
/** Deadline of one run, in milliseconds, also on a busy machine. */
const TIMEOUT_MS = 120_000;

/** Runs a script of the project. @returns its exit code and what it printed */
async function script(path: string, ...args: readonly string[]): Promise<{ code: unknown; text: string }> {
  return await run(process.execPath, [projectPath(path), ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string }) => ({
      code: error.code,
      text: `${error.stdout}${error.stderr}`,
    }),
  );
}

describe('the simulation', () => {
  it(
    'runs the same session again from a seed, step by step',
    async () => {
      const { code, text } = await script('simulation/run.mjs', '--seed', '22');
      expect({ code, text }).toMatchObject({
        code: 0,
        text: expect.stringContaining('no violation') as string,
      });
    },
    TIMEOUT_MS,
  );

  it(
    'finds a planted fault, and names the seed',
    async () => {
      const { code, text } = await script('simulation/run.mjs', '--faults', '--only', 'another key');
      expect({ code, text }).toMatchObject({
        code: 0,
        text: expect.stringContaining('found by seed') as string,
      });
    },
    TIMEOUT_MS,
  );
});

describe('the models of the protocol', () => {
  it.skipIf(!canModel)(
    'hold for a resume, and fail without the counter (needs spin and a C compiler)',
    async () => {
      const holding = await script('docs/model/run.mjs', '--only', 'with one key for all sessions');
      const failing = await script('docs/model/run.mjs', '--only', 'without the counter in the proof');
      expect(holding).toMatchObject({ code: 0, text: expect.stringMatching(/^ok .*: holds/m) as string });
      expect(failing).toMatchObject({
        code: 0,
        text: expect.stringMatching(/^ok .*: fault found/m) as string,
      });
    },
    TIMEOUT_MS,
  );

  it('say what is missing where there is no Spin and no compiler', () => {
    const { status, stderr } = spawnSync(process.execPath, [projectPath('docs/model/run.mjs')], {
      env: { PATH: '' },
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('not installed: Spin');
    expect(stderr).toContain('a C compiler');
  });
});
