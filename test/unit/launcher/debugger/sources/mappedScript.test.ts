import { describe, expect, it } from 'vitest';
import { DiskFiles } from '../../../../../src/paths/diskFiles.js';
import { urlOfPath } from '../../../../../src/paths/fileUrls.js';
import type { Platform } from '../../../../../src/paths/filePaths.js';
import { MappedScript } from '../../../../../src/launcher/debugger/sources/mappedScript.js';
import { overrideRules } from '../../../../../src/launcher/debugger/sources/pathOverrides.js';
import { SourceMap } from '../../../../../src/launcher/debugger/sources/sourceMap.js';

const WORK = 'C:\\Work\\src\\App.ts';

/** A script on a machine of that platform, whose disk has the given files. */
function scriptOn(
  platform: Platform,
  options: {
    path: string;
    sources: (string | null)[];
    sourceRoot?: string;
    disk?: string[];
    overrides?: object;
  },
): MappedScript {
  const { path, sources, sourceRoot, disk = [WORK], overrides = {} } = options;
  const find = (wanted: string): string | undefined =>
    disk.find(
      (one) => one === wanted || (platform === 'win32' && one.toLowerCase() === wanted.toLowerCase()),
    );
  const files = new DiskFiles(platform, {
    exists: (wanted) => find(wanted) !== undefined,
    realPath: (wanted) => {
      const found = find(wanted);
      if (found === undefined) throw new Error('ENOENT');
      return found;
    },
  });
  const text = JSON.stringify({ version: 3, sources, sourceRoot, names: [], mappings: 'AAAA' });
  const map = new SourceMap({ text, path });
  const script = { scriptId: '1', url: urlOfPath(path, platform), sourceMapURL: 'a.js.map', hash: '' };
  const rules = overrideRules({ ...overrides }, platform);
  return new MappedScript(script, { read: () => map, rules, cwd: path, files });
}

describe('the sources of a script on Windows', () => {
  it.each<[name: string, sourceRoot: string | undefined]>([
    ['C:\\Work\\src\\App.ts', undefined],
    ['c:/work/src/app.ts', undefined],
    ['file:///c%3A/Work/src/App.ts', undefined],
    ['file:///C:/Work/src/App.ts', undefined],
    ['webpack:///c:\\Work\\src\\App.ts', undefined],
    ['webpack:///C:/Work/src/App.ts', undefined],
    ['../src/App.ts', undefined],
    ['..\\src\\App.ts', undefined],
    ['App.ts', 'C:\\Work\\src'],
    ['App.ts', 'file:///c:/Work/src/'],
    ['src/App.ts', '..'],
  ])('are found by %j with the root %j', (name, sourceRoot) => {
    const path = 'C:\\Work\\dist\\app.js';
    const script = scriptOn('win32', {
      path,
      sources: [name],
      ...(sourceRoot !== undefined && { sourceRoot }),
    });
    expect(script.sources).toMatchObject([{ path: WORK, isFile: true }]);
    for (const file of [WORK, 'c:\\work\\SRC\\app.ts', '\\\\?\\C:\\Work\\src\\App.ts'])
      expect(script.sourceIndexOf(file)).toBe(0);
    expect(script.sourceIndexOf('C:\\Work\\src\\Other.ts')).toBe(-1);
  });

  it.each([
    ['C:\\build\\*', 'C:\\Work\\*'],
    ['c:/Build/*', 'C:/Work/*'],
  ])('are where the override %j says', (pattern, target) => {
    const script = scriptOn('win32', {
      path: 'C:\\Work\\dist\\app.js',
      sources: ['C:\\build\\src\\App.ts'],
      overrides: { [pattern]: target },
    });
    expect(script.sources).toMatchObject([{ path: WORK }]);
  });
});

describe('the sources of a script on Linux', () => {
  it.each(['C:\\build\\src\\app.ts', 'c:/build/src/app.ts', 'file:///C:/build/src/app.ts'])(
    'that was built on Windows as %j are where an override says',
    (name) => {
      const script = scriptOn('linux', {
        path: '/work/dist/app.js',
        sources: [name],
        disk: ['/work/src/app.ts'],
        overrides: { 'C:\\build\\*': '/work/*' },
      });
      expect(script.sources).toMatchObject([{ path: '/work/src/app.ts', isFile: true }]);
      expect(script.sourceIndexOf('/work/src/app.ts')).toBe(0);
    },
  );

  it('differ by letter case', () => {
    const disk = ['/work/src/app.ts', '/work/src/App.ts'];
    const sources = ['../src/app.ts', '../src/App.ts', null];
    const script = scriptOn('linux', { path: '/work/dist/app.js', sources, disk });
    expect(script.sourceIndexOf('/work/src/App.ts')).toBe(1);
  });
});
