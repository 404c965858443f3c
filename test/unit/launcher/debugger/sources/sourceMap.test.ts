import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SourceMap } from '../../../../../src/launcher/debugger/sources/sourceMap.js';

const VLQ = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** One number as source maps write it. */
function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += VLQ[rest > 0 ? digit | 32 : digit] ?? '';
  } while (rest > 0);
  return text;
}

/** A place in the script, and in the source that it is from. */
interface Mapping {
  readonly at: readonly [line: number, column: number];
  readonly from?: readonly [line: number, column: number];
}

function mapOf(mappings: readonly Mapping[], extra: object = {}): SourceMap {
  let [line, column, fromLine, fromColumn, isFirst] = [0, 0, 0, 0, true];
  let text = '';
  for (const { at, from } of mappings) {
    text += at[0] > line ? ';'.repeat(at[0] - line) : isFirst ? '' : ',';
    if (at[0] > line) column = 0;
    text += vlq(at[1] - column);
    if (from !== undefined) text += vlq(0) + vlq(from[0] - fromLine) + vlq(from[1] - fromColumn);
    [line, column, isFirst] = [at[0], at[1], false];
    if (from !== undefined) [fromLine, fromColumn] = from;
  }
  const map = { version: 3, sources: ['a.ts'], names: [], mappings: text, ...extra };
  return new SourceMap({ text: JSON.stringify(map), path: '/dist/a.js.map' });
}

describe('a source map', () => {
  it('gives the place that a piece begins with, and the next one before the first', () => {
    const map = mapOf([
      { at: [0, 4], from: [2, 1] },
      { at: [0, 10], from: [3, 5] },
    ]);
    expect(map.original({ line: 0, column: 9 })).toMatchObject({ line: 2, column: 1 });
    expect(map.original({ line: 0, column: 10 })).toMatchObject({ line: 3, column: 5 });
    expect(map.original({ line: 0, column: 0 })).toMatchObject({ line: 2, column: 1 });
    expect(map.original({ line: 1, column: 0 })).toBeUndefined();
  });

  it('knows no place for a piece without a source', () => {
    const map = mapOf([{ at: [0, 0], from: [0, 0] }, { at: [0, 5] }]);
    expect(map.original({ line: 0, column: 6 })).toBeUndefined();
  });

  it('gives each copy of a line, and the first of pieces side by side', () => {
    const map = mapOf([
      { at: [0, 0], from: [4, 2] },
      { at: [0, 8], from: [4, 2] },
      { at: [0, 12], from: [4, 9] },
      { at: [1, 0], from: [5, 0] },
      { at: [2, 3], from: [4, 2] },
    ]);
    expect(map.generated(0, 4)).toMatchObject([
      { line: 0, column: 0 },
      { line: 2, column: 3 },
    ]);
    expect(map.generated(0, 4, 10)).toMatchObject([{ line: 0, column: 12 }]);
  });

  it('finds the next line with code, and none that is far away', () => {
    const map = mapOf([{ at: [0, 0], from: [150, 0] }]);
    expect(map.lineWithCode(0, 60)).toBe(150);
    expect(map.lineWithCode(0, 40)).toBeUndefined();
    expect(map.lineWithCode(0, 151)).toBeUndefined();
  });

  it('names its sources as they stand there, and where they are', () => {
    const map = mapOf([], { sourceRoot: '../src', sources: ['a.ts', null, 'webpack://x/b.ts'] });
    const resolved = pathToFileURL('/src/a.ts').href;
    expect(map.sources[0]).toEqual({ name: 'a.ts', sourceRoot: '../src', resolved });
    expect(mapOf([], { sourceRoot: null }).sources[0]).toMatchObject({ name: 'a.ts', sourceRoot: '' });
    expect(map.sources).toHaveLength(3);
  });

  it('is refused in another version', () => {
    expect(() => mapOf([], { version: 2 })).toThrow('its version is 2, not 3');
  });

  it('takes 10,000 sources and half a million pieces', () => {
    const sources = Array.from({ length: 10_000 }, (_, index) => `src/${index}.ts`);
    const line = 'AAAA,CAAC,CAAC,CAAC,CAAC,CAAC,CAAC,CAAC,CAAC,CAAC';
    const mappings = `${`${line};`.repeat(50_000)}AiyTAA`;
    const text = JSON.stringify({ version: 3, sources, names: [], mappings });
    const map = new SourceMap({ text, path: '/dist/a.js.map' });
    expect(map.sources).toHaveLength(10_000);
    expect(map.original({ line: 49_999, column: 9 })).toMatchObject({ source: 0 });
    expect(map.generated(0, 0).length).toBeGreaterThan(0);
  });
});
