import { Linter } from 'eslint';
import type { Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
// @ts-expect-error -- a plain module of the build, without declarations
import { windowsHide as rule } from '../../scripts/lint/windowsHide.js';

function problemsIn(code: string): string[] {
  const config: Linter.Config = {
    languageOptions: { parser: tseslint.parser },
    plugins: { project: { rules: { 'windows-hide': rule as Rule.RuleModule } } },
    rules: { 'project/windows-hide': 'error' },
  };
  return new Linter().verify(code, [config]).map(({ message }) => message.split(' ')[0] ?? '');
}

const NAMED = "import { spawn, execFile as start } from 'node:child_process';";

describe('the lint rule for console windows', () => {
  it.each([
    ['spawn', `${NAMED} spawn(file, words);`],
    ['spawn', `${NAMED} spawn(file, words, { detached: true });`],
    ['spawn', `${NAMED} const options = { cwd }; spawn(file, options);`],
    ['execFile', `${NAMED} start(file, [], done);`],
    ['execFile', `${NAMED} const run = promisify(start); await run(file, []);`],
    ['execFile', `${NAMED} await promisify(start)(file, []);`],
    ['execSync', "import * as processes from 'child_process'; processes.execSync('dir');"],
    ['fork', "import processes = require('node:child_process'); processes.fork(file);"],
    ['exec', "const { exec } = require('node:child_process'); exec('dir');"],
    ['spawnSync', "const processes = require('child_process'); processes.spawnSync(file);"],
  ])('refuses a call of %s: %s', (name, code) => {
    expect(problemsIn(code)).toEqual([name]);
  });

  it.each([
    `${NAMED} spawn(file, words, { windowsHide: true });`,
    `${NAMED} spawn(file, words, { ...options, windowsHide: true });`,
    `${NAMED} const options = { windowsHide: true }; spawn(file, options);`,
    `${NAMED} const run = promisify(start); await run(file, [], { windowsHide: true });`,
    'const found = /a/.exec(text); worker.spawn(file);',
    "import { spawn } from 'elsewhere'; spawn(file);",
  ])('allows %s', (code) => {
    expect(problemsIn(code)).toEqual([]);
  });
});
