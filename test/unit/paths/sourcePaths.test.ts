import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../src/paths/filePaths.js';
import { sourcePaths } from '../../../src/paths/sourcePaths.js';

describe('the paths that a name in a source map may mean', () => {
  test.each<[Platform, name: string, sourceRoot: string | undefined, base: string | undefined, string[]]>([
    ['linux', '../src/a.ts', undefined, '/w/dist/a.js', ['/w/src/a.ts']],
    ['linux', 'a.ts', '/w/src', '/w/dist/a.js', ['/w/src/a.ts']],
    ['linux', 'a.ts', '../src/', '/w/dist/a.js', ['/w/src/a.ts']],
    ['linux', 'a.ts', 'file:///w/src', undefined, ['/w/src/a.ts']],
    ['linux', '/w/src/a.ts', '/elsewhere', undefined, ['/w/src/a.ts']],
    ['linux', '../C#/a.ts', undefined, '/w/dist/a.js', ['/w/C#/a.ts', '/w/C']],
    ['linux', '../C%23/a.ts', undefined, '/w/dist/a.js', ['/w/C%23/a.ts', '/w/C#/a.ts']],
    ['linux', 'a?b.ts', undefined, '/w/a.js', ['/w/a?b.ts', '/w/a']],
    ['linux', 'file:///w/C#/a%20b.ts', undefined, undefined, ['/w/C#/a%20b.ts', '/w/C#/a b.ts', '/w/C']],
    ['linux', 'a%zz.ts', undefined, '/w/a.js', ['/w/a%zz.ts']],
    ['linux', 'webpack:///./src/a.ts', undefined, '/w/a.js', []],
    ['linux', 'a.ts', undefined, undefined, []],
    ['linux', 'C:\\w\\a.ts', undefined, '/w/a.js', []],
    ['win32', 'C:\\w\\a.ts', undefined, undefined, ['C:\\w\\a.ts']],
    ['win32', 'c:/w/a.ts', undefined, 'D:\\x\\a.js', ['C:\\w\\a.ts']],
    ['win32', 'file:///c%3A/w/a.ts', undefined, undefined, ['C:\\w\\a.ts']],
    ['win32', 'file:///C:/w/a.ts', undefined, undefined, ['C:\\w\\a.ts']],
    ['win32', 'webpack:///c:\\w\\a.ts', undefined, undefined, ['C:\\w\\a.ts']],
    ['win32', 'webpack:///C:/w/a.ts', undefined, undefined, ['C:\\w\\a.ts']],
    ['win32', 'a.ts', 'C:\\w\\src\\', 'D:\\x\\a.js', ['C:\\w\\src\\a.ts']],
    ['win32', 'a.ts', 'file:///c:/w/src', 'D:\\x\\a.js', ['C:\\w\\src\\a.ts']],
    ['win32', '..\\src\\a.ts', undefined, 'C:\\w\\dist\\a.js', ['C:\\w\\src\\a.ts']],
    ['win32', 'file://server/share/a.ts', undefined, undefined, ['\\\\server\\share\\a.ts']],
    ['win32', '\\\\server\\share\\a.ts', undefined, undefined, ['\\\\server\\share\\a.ts']],
    ['win32', '/src/a.ts', undefined, 'C:\\w\\a.js', ['C:\\src\\a.ts']],
  ])('%s: %j with the root %j in %j', (platform, name, sourceRoot, base, paths) => {
    expect(new Set(sourcePaths({ name, sourceRoot, base }, platform))).toEqual(new Set(paths));
    if (paths[0] !== undefined) expect(sourcePaths({ name, sourceRoot, base }, platform)[0]).toBe(paths[0]);
  });
});
