import { describe, expect, it } from 'vitest';
import { translateStack } from '../../../../../src/launcher/debugger/sources/stackText.js';

const STACK = `Error: at /dist/a.js:1:1
    at fail (/dist/a.js:3:9)
    at async run (file:///dist/m.mjs:2:1)
    at /dist/a.js:7:3
    at new Thing (/dist/with (brackets)/a.js:1:1)
    at node:internal/main:28:49`;

describe('the text of a stack', () => {
  it('has the places that are known better, and is the same otherwise', () => {
    const asked: string[] = [];
    const text = translateStack(STACK, (url, line, column) => {
      asked.push(url);
      return url.endsWith('/dist/a.js') || url.endsWith('m.mjs')
        ? { name: '/src/a.ts', line: line + 10, column: column + 1 }
        : undefined;
    });
    expect(text.split('\n')).toEqual([
      'Error: at /dist/a.js:1:1',
      '    at fail (/src/a.ts:13:10)',
      '    at async run (/src/a.ts:12:2)',
      '    at /src/a.ts:17:4',
      '    at new Thing (/dist/with (brackets)/a.js:1:1)',
      '    at node:internal/main:28:49',
    ]);
    expect(asked).toContain('file:///dist/m.mjs');
    expect(asked).toContain('/dist/a.js');
  });
});
