import { describe, expect, test } from 'vitest';
import {
  isFilePath,
  isSamePath,
  nameKey,
  namesBelow,
  normalPath,
  platformOf,
} from '../../../src/paths/filePaths.js';
import type { Platform } from '../../../src/paths/filePaths.js';

/** Pairs of paths, and whether they are the same file on a platform. */
const PAIRS: readonly [platform: Platform, one: string, other: string, isSame: boolean][] = [
  ['win32', 'c:\\work\\app.ts', 'C:\\work\\app.ts', true],
  ['win32', 'C:\\Work\\App.ts', 'c:\\wORK\\aPP.TS', true],
  ['win32', 'C:/work/app.ts', 'C:\\work\\app.ts', true],
  ['win32', 'C:\\work\\lib\\..\\app.ts', 'C:\\work\\.\\app.ts', true],
  ['win32', '\\\\?\\C:\\work\\app.ts', 'c:\\work\\app.ts', true],
  ['win32', '\\\\?\\UNC\\server\\share\\app.ts', '\\\\SERVER\\Share\\app.ts', true],
  ['win32', '//server/share/app.ts', '\\\\server\\share\\app.ts', true],
  ['win32', 'C:\\work\\', 'C:\\work', true],
  ['win32', 'C:\\Ärger\\a.ts', 'C:\\äRGER\\a.ts', true],
  ['win32', 'C:\\work\\app.ts', 'D:\\work\\app.ts', false],
  ['win32', 'C:\\work\\app.ts', 'C:\\work\\app.tsx', false],
  ['win32', '\\\\server\\share\\a.ts', '\\\\other\\share\\a.ts', false],
  ['darwin', '/Users/me/App.ts', '/users/ME/app.TS', true],
  ['darwin', '/Users/me/\u00e9.ts', '/Users/me/e\u0301.ts', true],
  ['darwin', '/Users/me/a\\b.ts', '/Users/me/a/b.ts', false],
  ['linux', '/work/App.ts', '/work/app.ts', false],
  ['linux', '/work//lib/../app.ts', '/work/app.ts', true],
  ['linux', '/work/lib/', '/work/lib', true],
  ['linux', '/work/a\\b.ts', '/work/a/b.ts', false],
  ['linux', '/work/\u00e9.ts', '/work/e\u0301.ts', false],
];

describe('the same file, from the text of two paths', () => {
  test.each(PAIRS)('%s: %j and %j: %s', (platform, one, other, isSame) => {
    expect(isSamePath(one, other, platform)).toBe(isSame);
    expect(isSamePath(other, one, platform)).toBe(isSame);
  });

  test.each<[Platform, string, boolean]>([
    ['win32', 'C:\\x', true],
    ['win32', 'c:/x', true],
    ['win32', '\\\\server\\share', true],
    ['win32', '//server/share', true],
    ['win32', '/src/x.ts', false],
    ['win32', 'C:x', false],
    ['linux', '/src/x.ts', true],
    ['linux', 'C:\\x', false],
    ['darwin', 'src/x.ts', false],
    ['linux', '', false],
  ])('%s: %j is the path of a file: %s', (platform, text, isPath) => {
    expect(isFilePath(text, platform)).toBe(isPath);
  });

  test.each<[Platform, string, string, string[] | undefined]>([
    ['win32', 'c:\\work\\Src\\a.ts', 'C:\\Work', ['Src', 'a.ts']],
    ['win32', 'C:\\work', 'c:\\work\\', []],
    ['win32', 'C:\\a.ts', 'c:\\', ['a.ts']],
    ['win32', 'C:\\workshop\\a.ts', 'C:\\work', undefined],
    ['linux', '/work/src/a.ts', '/work', ['src', 'a.ts']],
    ['linux', '/work/src/a.ts', '/', ['work', 'src', 'a.ts']],
    ['linux', '/Work/a.ts', '/work', undefined],
    ['darwin', '/Work/a.ts', '/work', ['a.ts']],
  ])('%s: the names from %j below %j are %j', (platform, path, directory, names) => {
    expect(namesBelow(path, directory, platform)).toEqual(names);
  });

  test('users see paths in their own letter case, with the usual form of the drive', () => {
    expect(normalPath('\\\\?\\c:\\Work\\.\\App.ts', 'win32')).toBe('C:\\Work\\App.ts');
    expect(normalPath('c:\\', 'win32')).toBe('C:\\');
    expect(normalPath('/', 'linux')).toBe('/');
    expect(nameKey('C:\\Work\\App.TS', 'win32')).toBe('app.ts');
    expect([platformOf('c:\\x'), platformOf('\\\\s\\x'), platformOf('/x')]).toEqual([
      'win32',
      'win32',
      'linux',
    ]);
  });
});
