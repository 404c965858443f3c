import type { Runtime } from 'node:inspector';
import { describe, expect, it } from 'vitest';
import {
  formatException,
  formatType,
  formatValue,
} from '../../../../../src/launcher/debugger/formatting/valueFormat.js';

const fn = (description: string): Runtime.RemoteObject => ({ type: 'function', description });

describe('values as text', () => {
  it.for<[string, Runtime.RemoteObject, string]>([
    ['text with a line break', { type: 'string', value: 'a\nb' }, "'a\\nb'"],
    [
      'a long text',
      { type: 'string', value: 'x'.repeat(10_001) },
      `'${'x'.repeat(10_000)}'... 1 more character`,
    ],
    ['minus zero', { type: 'number', unserializableValue: '-0', description: '-0' }, '-0'],
    ['a symbol', { type: 'symbol', description: 'Symbol(a)' }, 'Symbol(a)'],
    ['a boolean', { type: 'boolean', value: false }, 'false'],
    ['a function', fn('function add(a, b) { return a + b; }'), 'ƒ add(a, b)'],
    ['an async method', fn('async fetch(url) {\n}'), 'async ƒ fetch(url)'],
    ['a generator', fn('function* each() {}'), 'ƒ* each()'],
    ['an arrow', fn('(a) => a * 2'), '(a) => a * 2'],
    ['a bare arrow', fn('a => a * 2'), 'a => a * 2'],
    ['a class', fn('class Basket extends Box {\n  a = 1;\n}'), 'class Basket extends Box'],
    ['an object without preview', { type: 'object', className: 'Basket', description: 'Basket' }, 'Basket'],
  ])('%s', ([, value, text]) => {
    expect(formatValue(value)).toBe(text);
  });

  it('types are classes for objects, else what typeof gives', () => {
    expect(formatType({ type: 'object', subtype: 'null', value: null })).toBe('null');
    expect(formatType({ type: 'object', className: 'Map' })).toBe('Map');
    expect(formatType({ type: 'bigint' })).toBe('bigint');
  });

  it('exceptions come without their stack', () => {
    const exception: Runtime.RemoteObject = {
      ...{ type: 'object', subtype: 'error', className: 'TypeError' },
      description: 'TypeError: two\nlines\n    at somewhere (file.js:1:1)',
    };
    const details = { exceptionId: 1, text: 'Uncaught', lineNumber: 0, columnNumber: 0 };
    expect(formatException({ ...details, exception })).toBe('TypeError: two\nlines');
    expect(formatException(details)).toBe('Uncaught');
  });
});
