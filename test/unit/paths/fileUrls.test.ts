import { describe, expect, test } from 'vitest';
import type { Platform } from '../../../src/paths/filePaths.js';
import { namePattern, pathOfName, urlOfPath } from '../../../src/paths/fileUrls.js';

describe('the path of a name of a script', () => {
  test.each<[Platform, string, string | undefined]>([
    ['linux', 'file:///work/a.ts', '/work/a.ts'],
    ['linux', 'file:///with%20space/C%23/a.ts?v=2#x', '/with space/C#/a.ts'],
    ['linux', '/with space/a.ts', '/with space/a.ts'],
    ['linux', 'node:fs', undefined],
    ['linux', '[eval]', undefined],
    ['linux', 'evalmachine.<anonymous>', undefined],
    ['linux', 'webpack-internal:///./src/a.ts', undefined],
    ['linux', 'file:///a%zz', undefined],
    ['linux', '', undefined],
    ['win32', 'file:///c:/work/a.ts', 'C:\\work\\a.ts'],
    ['win32', 'file:///C%3A/work/a.ts', 'C:\\work\\a.ts'],
    ['win32', 'file:///c%3a/work/a.ts', 'C:\\work\\a.ts'],
    ['win32', 'file://server/share/a.ts', '\\\\server\\share\\a.ts'],
    ['win32', 'file:////server/share/a.ts', '\\\\server\\share\\a.ts'],
    ['win32', 'c:/work/a.ts', 'C:\\work\\a.ts'],
    ['win32', '/src/a.ts', undefined],
  ])('%s: %j is at %j', (platform, name, path) => {
    expect(pathOfName(name, platform)).toBe(path);
  });
});

describe('the pattern for the names of a file', () => {
  test.each<[Platform, path: string, name: string, matches: boolean]>([
    ['linux', '/work/a.ts', 'file:///work/a.ts', true],
    ['linux', '/work/a.ts', 'file:///work/a.ts?v=2', true],
    ['linux', '/work/a.ts', '/work/a.ts', true],
    ['linux', '/work/a.ts', '/work/a.tsx', false],
    ['linux', '/work/a.ts', '/work/A.ts', false],
    ['linux', '/work/a.ts', 'file:///work/aXts', false],
    ['linux', '/w/[x]/a.ts', 'file:///w/[x]/a.ts', true],
    ['linux', '/w/[x]/a.ts', 'file:///w/%5Bx%5D/a.ts', true],
    ['linux', '/w/[x]/a.ts', 'file:///w/%5bx%5d/a.ts', true],
    ['linux', '/w/C#/a.ts', 'file:///w/C%23/a.ts', true],
    ['linux', '/w/C#/a.ts', '/w/C#/a.ts', true],
    ['linux', '/w/C', 'file:///w/C#/a.ts', true],
    ['linux', '/w/x%41/a.ts', 'file:///w/x%2541/a.ts', true],
    ['linux', '/w/x%41/a.ts', 'file:///w/x%41/a.ts', false],
    ['linux', '/w/x y/a.ts', 'file:///w/x%20y/a.ts', true],
    ['linux', '/w/x y/a.ts', '/w/x y/a.ts', true],
    ['linux', '/w/ü/a.ts', 'file:///w/%C3%BC/a.ts', true],
    ['linux', '/w/a\\b/a.js', 'file:///w/a/b/a.js', true],
    ['linux', '/w/a\nb/a.js', 'file:///w/ab/a.js', true],
    ['linux', '/w/a\nb/a.js', 'file:///w/a%0Ab/a.js', true],
    ['darwin', '/Users/App.ts', 'file:///users/app.ts', true],
    ['darwin', '/Users/\u00e9.ts', 'file:///Users/e%CC%81.ts', true],
    ['win32', 'c:\\work\\App.ts', 'file:///C:/Work/app.ts', true],
    ['win32', 'C:\\work\\App.ts', 'c:/work/app.ts', true],
    ['win32', 'C:\\work\\App.ts', 'C:\\work\\app.ts?x', true],
    ['win32', '\\\\?\\C:\\Ä\\a.ts', 'file:///C:/%C3%A4/a.ts', true],
    ['win32', 'C:\\work\\App.ts', 'file:///c%3A/work/App.ts', true],
    ['win32', '\\\\Server\\share\\a.ts', 'file://server/share/a.ts', true],
    ['win32', '\\\\Server\\share\\a.ts', 'file:////server/share/a.ts', true],
    ['win32', 'C:\\work\\App.ts', 'file:///D:/work/App.ts', false],
  ])('%s: of %j, against %j: %s', (platform, path, name, matches) => {
    expect(new RegExp(namePattern(path, platform)).test(name)).toBe(matches);
  });

  test.each<[Platform, string]>([
    ['linux', '/w/C# ü[x]%41?/a.ts'],
    ['win32', 'C:\\w\\C# ü[x]%41\\a.ts'],
    ['win32', '\\\\server\\share\\a b.ts'],
  ])('%s: %j survives the way to a URL and back, and its pattern matches the URL', (platform, path) => {
    const url = urlOfPath(path, platform);
    expect(pathOfName(url, platform)).toBe(path);
    expect(new RegExp(namePattern(path, platform)).test(url)).toBe(true);
  });
});
