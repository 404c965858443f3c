import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  changedEnvironment,
  readEnvironment,
  variableOf,
} from '../../../../src/adapter/settings/environment.js';

const BASE = { Path: 'C:\\outer', FOO: 'outer' };

describe('changes to an environment', () => {
  it.each([
    ['win32', { PATH: 'x' }, { PATH: 'x', FOO: 'outer' }],
    ['win32', { path: 'x' }, { path: 'x', FOO: 'outer' }],
    ['win32', { Path: 'x' }, { Path: 'x', FOO: 'outer' }],
    ['win32', { foo: 'one', Foo: 'two' }, { Path: 'C:\\outer', Foo: 'two' }],
    // Empty, because the system gives back some variables that are missing. The launcher removes it.
    ['win32', { foo: null }, { Path: 'C:\\outer', foo: '' }],
    ['linux', { PATH: 'x' }, { Path: 'C:\\outer', PATH: 'x', FOO: 'outer' }],
    ['linux', { FOO: null }, { Path: 'C:\\outer' }],
    ['darwin', { foo: null, New: 'x' }, { Path: 'C:\\outer', FOO: 'outer', New: 'x' }],
  ] as const)('on %s: %j', (platform, changes, expected) => {
    expect(changedEnvironment(BASE, changes, platform)).toEqual(expected);
  });

  it('are what a launch sees of a variable', () => {
    process.env.DAI_TEST_VARIABLE = 'outer';
    onTestFinished(() => void Reflect.deleteProperty(process.env, 'DAI_TEST_VARIABLE'));
    expect(variableOf({}, 'DAI_TEST_VARIABLE')).toBe('outer');
    expect(variableOf({ dai_test_variable: 'inner' }, 'DAI_TEST_VARIABLE', 'win32')).toBe('inner');
    expect(variableOf({ DAI_TEST_VARIABLE: null }, 'DAI_TEST_VARIABLE', 'linux')).toBeUndefined();
  });
});

it('envFile may begin with a byte order mark, as editors of Windows write it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'env-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, '.env'), '\ufeffFIRST=1\r\nSECOND=2\r\n');
  expect(await readEnvironment({ envFile: '.env' }, directory)).toEqual({ FIRST: '1', SECOND: '2' });
});
