import { describe, expect, it } from 'vitest';
import { StackPlaces } from '../../../../src/adapter/output/stackPlaces.js';
import { cpuMsOf } from '../../../support/cpuTime.js';

function places(known: Readonly<Record<string, string>>): StackPlaces {
  const found = new StackPlaces();
  for (const [place, original] of Object.entries(known)) found.add(place, original);
  return found;
}

const KNOWN = {
  '/dist/a.js:3:5': '/src/a.ts:10:2',
  'file:///dist/b%20(1).mjs:1:1': '/src/b (1).mts:4:1',
  '/dist/c (x)/d.js:7:9': '/src/d.ts:8:1',
};

describe('the places in the lines of a stack', () => {
  it.each([
    ['    at f (/dist/a.js:3:5)', '    at f (/src/a.ts:10:2)'],
    ['    at /dist/a.js:3:5', '    at /src/a.ts:10:2'],
    ['    at async /dist/a.js:3:5', '    at async /src/a.ts:10:2'],
    [
      '    at async Book.total [as sum] (/dist/a.js:3:5)',
      '    at async Book.total [as sum] (/src/a.ts:10:2)',
    ],
    ['        at new A (file:///dist/b%20(1).mjs:1:1)', '        at new A (/src/b (1).mts:4:1)'],
    ['    at f (/dist/c (x)/d.js:7:9)', '    at f (/src/d.ts:8:1)'],
    [
      'Error: x\n    at f (/dist/a.js:3:5)\n    at g (/dist/a.js:3:5)\n',
      'Error: x\n    at f (/src/a.ts:10:2)\n    at g (/src/a.ts:10:2)\n',
    ],
  ])('are those of the sources: %j', (text, translated) => {
    expect(places(KNOWN).translate(text)).toBe(translated);
  });

  it.each([
    '    at f (/dist/a.js:3:6)',
    '    at f (/dist/other.js:3:5)',
    'see /dist/a.js:3:5',
    '    at f (/dist/a.js:3:5) and more',
    'at ',
    '    at ((((((',
  ])('stay where they are not known, or in no stack: %j', (text) => {
    expect(places(KNOWN).translate(text)).toBe(text);
  });

  it('are looked for in the time that the length of a line takes, not its square', async () => {
    const line = `    at ${'('.repeat(1_000_000)}:1:1)`;
    const took = await cpuMsOf(() => expectSame(places(KNOWN).translate(line), line));
    expect(took).toBeLessThan(1_000);
  });

  it('are not kept if they are longer than a path', () => {
    const place = `/${'x'.repeat(5_000)}.js:1:1`;
    expect(places({ [place]: '/src/x.ts:1:1' }).translate(`    at ${place}`)).toBe(`    at ${place}`);
  });

  it('are forgotten when there are too many', () => {
    const many = places(KNOWN);
    for (let line = 0; line < 10_000; line += 1) many.add(`/dist/x.js:${line}:1`, '/src/x.ts:1:1');
    expect(many.translate('    at /dist/a.js:3:5')).toBe('    at /dist/a.js:3:5');
    expect(many.translate('    at /dist/x.js:9999:1')).toBe('    at /src/x.ts:1:1');
  });
});

/** `expect` itself takes long to show texts of this length. */
function expectSame(actual: string, expected: string): void {
  if (actual !== expected) throw new Error('the line was changed');
}
