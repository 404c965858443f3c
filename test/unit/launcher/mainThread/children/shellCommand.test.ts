import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BUILT = fileURLToPath(
  new URL('../../../../../dist/launcher/mainThread/children/shellCommand.cjs', import.meta.url),
);

/** The built module, because the launcher's main thread is CommonJS. */
const shellCommand = createRequire(import.meta.url)(BUILT) as {
  addToText: (words: readonly string[], option: string) => readonly string[];
};

const OPTION = '--require /a/b-c_1.x/../y.cjs';

/** What the option and the text's own options become, as the shell and its commands see them. */
function seen(text: string, env: Record<string, string> = {}): string {
  const [shell = '', ...words] = shellCommand.addToText(['/bin/sh', '-c', text], OPTION);
  return execFileSync(shell, words, { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });
}

function changed(text: string): boolean {
  return shellCommand.addToText(['sh', '-c', text], OPTION)[2] !== text;
}

describe.skipIf(process.platform === 'win32')('the options of a shell command', () => {
  const show = `env | sed -n s/^NODE_OPTIONS=//p`;

  it.each([
    ['NODE_OPTIONS=--x sh -c "SHOW"', '--x'],
    [`NODE_OPTIONS='--x --y=a' sh -c "SHOW"`, '--x --y=a'],
    ['NODE_OPTIONS="--x \\"a b\\"" sh -c "SHOW"', '--x "a b"'],
    ['NODE_OPTIONS= sh -c "SHOW"', ''],
    ['A=1 NODE_OPTIONS=--x sh -c "SHOW"', '--x'],
    ['export NODE_OPTIONS=--x; SHOW', '--x'],
    ['true && NODE_OPTIONS=--x sh -c "SHOW"', '--x'],
    ['(NODE_OPTIONS=--x;export NODE_OPTIONS;SHOW)', '--x'],
    ['env NODE_OPTIONS=--x sh -c "SHOW"', '--x'],
    ['env -i PATH="$PATH" NODE_OPTIONS=--x sh -c "SHOW"', '--x'],
    [`sh -c 'NODE_OPTIONS=--x sh -c "SHOW"'`, '--x'],
    [`sh -c "NODE_OPTIONS='--x' env" | sed -n s/^NODE_OPTIONS=//p`, '--x'],
    ['true\nNODE_OPTIONS=--x sh -c "SHOW"', '--x'],
  ])('have ours in front: %s', (text, own) => {
    expect(seen(text.replace('SHOW', show))).toBe(`${OPTION} ${own}\n`);
  });

  it.each([
    'echo NODE_OPTIONS=--x',
    'MY_NODE_OPTIONS=--x node a.js',
    'grep NODE_OPTIONS= file',
    'NODE_OPTIONS="$NODE_OPTIONS --x" node a.js',
    'NODE_OPTIONS=--x\\ ${NODE_OPTIONS} node a.js',
    'node a.js',
  ])('are left as they are: %s', (text) => {
    expect(changed(text)).toBe(false);
  });

  it('are left as they are without a shell, and for a path that a shell would take apart', () => {
    const words = ['node', '-c', 'NODE_OPTIONS=--x node a.js'];
    expect(shellCommand.addToText(words, OPTION)).toBe(words);
    const script = ['sh', 'NODE_OPTIONS=--x'];
    expect(shellCommand.addToText(script, OPTION)).toBe(script);
    const shell = ['sh', '-c', 'NODE_OPTIONS=--x node a.js'];
    expect(shellCommand.addToText(shell, '--require "/a b/$c.cjs"')).toBe(shell);
    expect(shellCommand.addToText([], OPTION)).toEqual([]);
  });
});
