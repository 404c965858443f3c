import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { posix } from '../../../../support/platform.js';

const LAUNCHER = fileURLToPath(new URL('../../../../../dist/launcher/', import.meta.url));

/** The built module, because the launcher's main thread is CommonJS. */
const { addBootstrap } = createRequire(import.meta.url)(
  join(LAUNCHER, 'mainThread/children/childEnvironment.cjs'),
) as {
  addBootstrap: (pairs: readonly string[], bootstrap: { file: string; invitation: object }) => string[];
};

/** A rendezvous that does not exist: the child runs on at once. */
const INVITATION = { desk: { launcherArgs: [], keyFile: '/no/such/file', timeoutMs: 1 }, parentPid: 1 };
const PRINTS_ENVIRONMENT = 'console.log(JSON.stringify(process.env))';

const scratch = mkdtempSync(join(tmpdir(), 'child-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function environmentOf(pairs: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Returns the environment that a program sees. */
function seenWith(env: NodeJS.ProcessEnv): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', PRINTS_ENVIRONMENT], {
    env,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe.each(['plain', 'with a blank', posix ? 'with "quotes" and \\' : "with 'quotes' and %x%"])(
  "a child's environment with a bootstrap in a directory %s",
  (name) => {
    const file = join(scratch, name, 'main.cjs');
    cpSync(join(LAUNCHER, 'main.cjs'), file);
    const bootstrap = { file, invitation: INVITATION };

    it.each([undefined, '', '--no-warnings', '--stack-trace-limit=4 --no-warnings', ' '])(
      'is for the program as it was, NODE_OPTIONS being %j',
      (options) => {
        const pairs = ['A=1', ...(options === undefined ? [] : [`NODE_OPTIONS=${options}`]), 'B=2=3'];
        const env = environmentOf(addBootstrap(Object.freeze([...pairs]), bootstrap));
        expect(env.NODE_OPTIONS).toContain('--require');
        expect(seenWith(env)).toEqual(environmentOf(pairs));
      },
    );

    it('is not changed twice', () => {
      const once = addBootstrap(['A=1'], bootstrap);
      expect(addBootstrap(once, { ...bootstrap, invitation: {} })).toEqual(once);
    });

    it.each([
      ['--stack-trace-limit=4 $', '--stack-trace-limit=4'],
      ['$ --no-warnings', '--no-warnings'],
      ['--no-warnings $ --trace-warnings', '--no-warnings --trace-warnings'],
      ['--no-warnings', '--no-warnings'],
    ])('is as it would be where a shell has made %j of NODE_OPTIONS', (written, left) => {
      const env = environmentOf(addBootstrap([], bootstrap));
      const { NODE_OPTIONS: ours = '' } = env;
      env.NODE_OPTIONS = written.replace('$', () => ours);
      const seen = seenWith(env) as NodeJS.ProcessEnv;
      expect(seen.NODE_OPTIONS).toBe(left);
    });
  },
);
