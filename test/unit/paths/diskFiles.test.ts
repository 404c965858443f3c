import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DiskFiles } from '../../../src/paths/diskFiles.js';
import { withoutVirtual } from '../../../src/paths/virtualPaths.js';

/** A disk of Windows or macOS with these files: it finds them in any letter case. */
function diskWith(paths: readonly string[]): ConstructorParameters<typeof DiskFiles>[1] {
  const find = (path: string): string | undefined =>
    paths.find((one) => one.toLowerCase() === path.toLowerCase());
  return {
    exists: (path) => find(path) !== undefined,
    realPath: (path) => {
      const found = find(path);
      if (found === undefined) throw new Error(`ENOENT: ${path}`);
      return found;
    },
  };
}

describe('the same file on disk', () => {
  test('a file is shown in the letter case of the disk', () => {
    const files = new DiskFiles('win32', diskWith(['C:\\Work\\Lib.js']));
    expect(files.onDisk('c:\\work\\lib.js')).toBe('C:\\Work\\Lib.js');
    expect(files.onDisk('\\\\?\\c:\\WORK\\LIB.JS')).toBe('C:\\Work\\Lib.js');
    expect(files.isSame('c:\\work\\LIB.js', 'C:\\Work\\Lib.js')).toBe(true);
    expect(files.onDisk('c:\\work\\missing.js')).toBe('C:\\work\\missing.js');
  });

  test('a symbolic link is the same file as its target, and keeps its own name', () => {
    const at = realpathSync(mkdtempSync(join(tmpdir(), 'paths-')));
    onTestFinished(() => rmSync(at, { recursive: true }));
    mkdirSync(join(at, 'real'));
    writeFileSync(join(at, 'real/a.js'), '');
    symlinkSync('real', join(at, 'link'));
    const files = new DiskFiles();
    expect(files.isSame(join(at, 'link/a.js'), join(at, 'real/a.js'))).toBe(true);
    expect(files.onDisk(join(at, 'link/a.js'))).toBe(join(at, 'link/a.js'));
    expect(files.realPath(join(at, 'link/later.js'))).toBe(join(at, 'real/later.js'));
    expect(files.isSame(join(at, 'link/later.js'), join(at, 'real/a.js'))).toBe(false);
  });

  test.each([
    ['/p/.yarn/__virtual__/lib-virtual-1a2b/1/packages/lib/a.js', '/p/packages/lib/a.js'],
    ['/p/.yarn/$$virtual/lib-virtual-1a2b/0/cache/lib.zip/a.js', '/p/.yarn/cache/lib.zip/a.js'],
    ['/p/.yarn/__virtual__/lib/2/x/a.js', '/x/a.js'],
    ['/p/__virtual__/only', '/p/__virtual__/only'],
    ['/p/__virtual__/hash/9/a.js', '/p/__virtual__/hash/9/a.js'],
  ])('Yarn: %s is %s', (path, real) => {
    expect(withoutVirtual(path, 'linux')).toBe(real);
    const onWindows = (text: string): string => `C:${text.replaceAll('/', '\\')}`;
    expect(withoutVirtual(onWindows(path), 'win32')).toBe(onWindows(real));
  });
});
