import { describe, expect, it } from 'vitest';
import { parseScopes } from '../../../../../src/launcher/debugger/names/parse.js';

/** The names that the text uses without declaring them, once each. */
function freeNames(text: string): string[] {
  return [...new Set(parseScopes(text)?.free.map(({ name }) => name))].sort();
}

describe('the names that a text does not declare', () => {
  it.each([
    ['a + b.c + d[e]', 'a b d e'],
    ['({ a, b: c, [d]: e })', 'a c d e'],
    ['(x, { y, z: w = v }, [u], ...rest) => x + y + w + u + rest + q', 'q v'],
    ['function f(a = b) { var c; return a + c + arguments2 + f }', 'arguments2 b'],
    ['(function named() { return named })', ''],
    ['let a = 1; { let b = a; var c = b } c + b', 'b'],
    ['for (const i of list) use(i); i', 'i list use'],
    ['try { work() } catch ({ code }) { code }', 'work'],
    ['try { work() } catch { code }', 'code work'],
    ['class A extends B { #p = q; static s = t; m() { return this.#p + A } }', 'B q t'],
    ['label: while (run) { continue label }', 'run'],
    ['import d, { n as m } from "x"; export { m }; export { z } from "y"; d + n', 'n'],
    ['const { a = b } = c, [d] = e; a + d', 'b c e'],
    ['x => { x = y; ({ z: x.w } = v) }', 'v y'],
    ['`${a} ${(a => a)(b)}`', 'a b'],
    ['await work(); return done', 'done work'],
    ['hoisted(); function hoisted() {}', ''],
  ])('%s: %s', (text, names) => {
    expect(freeNames(text).join(' ')).toBe(names);
  });

  it('is unknown for a text that is no JavaScript', () => {
    expect(parseScopes('a +')).toBeUndefined();
  });

  it('finds the variable of the innermost scope at an offset', () => {
    const text = 'let a = 1; function f(a) { { let a; a; } a; } a;';
    const root = parseScopes(text)?.root;
    const bindings = [text.indexOf('a; }'), text.indexOf('a; } a'), text.lastIndexOf('a;')].map((offset) =>
      root?.at(offset).resolve('a'),
    );
    expect(new Set(bindings).size).toBe(2);
    expect(root?.at(text.lastIndexOf('a;')).resolve('a')).toBe(root?.bindings.get('a'));
  });
});
