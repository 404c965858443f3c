import { describe, expect, it } from 'vitest';
import { Project } from './project.js';
import { timersWithoutReason } from './timers.js';

function placesIn(text: string): string[] {
  return timersWithoutReason(new Project({ 'a.test.ts': text }).path, 'a.test.ts');
}

describe('timersWithoutReason', () => {
  it.each([
    ['a sleep', 'await new Promise((resolve) => setTimeout(resolve, 50));'],
    ['an imported sleep', "import { setTimeout as delay } from 'node:timers/promises';"],
    ['an imported sleep without the prefix', "import * as timers from 'timers/promises';"],
    ['a timer that repeats', 'const timer = setInterval(step, 1);'],
    ['a wait for nothing to happen', 'expect(await settlesWithin(promise, 100)).toBe(false);'],
    ['a comment that gives no reason', '// The other side is slow.\nsetTimeout(step, 5);'],
    ['a reason for another statement', '// A deadline.\nbegin();\nsetTimeout(step, 5);'],
    ['a reason for a function around it', '// The pace.\nfunction f() {\n  setTimeout(step, 5);\n}'],
  ])('finds %s', (_, text) => {
    const line =
      text.split('\n').findIndex((one) => /setTimeout|setInterval|settlesWithin|timers/.test(one)) + 1;
    expect(placesIn(text)).toEqual([`a.test.ts:${line}`]);
  });

  it.each([
    ['a deadline', '// The deadline of the wait.\nconst timer = setTimeout(fail, 50);'],
    [
      'a pace, inside an expression',
      '/** The pace of the peer. */\nawait new Promise((go) => setTimeout(go, 5));',
    ],
    ['a timer in the text of a program', "const program = 'setTimeout(() => {}, 50)';"],
    ['the turns of the loop', 'await new Promise((resolve) => setImmediate(resolve));'],
    ['other modules', "import { setTimeout } from './timers.js';"],
  ])('accepts %s', (_, text) => {
    expect(placesIn(text)).toEqual([]);
  });
});
