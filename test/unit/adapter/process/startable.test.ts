import { describe, expect, it } from 'vitest';
import { startable } from '../../../../src/adapter/process/startable.js';

const ENV = { Path: 'C:\\tools;C:\\node', PathExt: '.EXE;.CMD', ComSpec: 'C:\\Windows\\System32\\cmd.exe' };
const place = { cwd: 'C:\\work', env: ENV };

/** Windows with these files. */
function windows(...files: string[]) {
  const known = new Set(files.map((file) => file.toLowerCase()));
  return {
    platform: 'win32',
    isFile: (path: string) => known.has(path.toLowerCase()),
  } as const;
}

describe('a command on Windows', () => {
  it('is its file with an ending of PATHEXT before the bare name, which is a script for other systems', () => {
    const system = windows('C:\\node\\npm', 'C:\\node\\npm.cmd');
    const { file, words } = startable({ command: 'npm', args: ['run', 'dev'] }, place, system);
    expect(file).toBe(ENV.ComSpec);
    expect(words.slice(0, 3)).toEqual(['/d', '/s', '/c']);
    expect(words[3]).toContain('C:\\node\\npm.CMD');
  });

  it('is started by itself if it is a program', () => {
    const system = windows('C:\\tools\\debugger.exe');
    expect(startable({ command: 'debugger', args: ['a b'] }, place, system)).toEqual({
      file: 'C:\\tools\\debugger.EXE',
      words: ['a b'],
      options: {},
    });
  });

  it('is relative to the working directory if it has one in its name', () => {
    const system = windows('C:\\work\\bin\\tsx.cmd');
    const made = startable({ command: 'bin\\tsx', args: [] }, place, system);
    expect([made.file, made.options]).toEqual([ENV.ComSpec, { windowsVerbatimArguments: true }]);
  });

  it('that is not to be found is left to the system, which says so', () => {
    expect(startable({ command: 'nothing', args: [] }, place, windows()).file).toBe('nothing');
  });

  it.each([
    ['a line break', ['one\ntwo'], /line break/],
    ['too long a line', ['x'.repeat(9_000)], /8191/],
  ])('that is a batch file is refused with %s, and the way out', (_, args, message) => {
    const system = windows('C:\\node\\npm.cmd');
    expect(() => startable({ command: 'npm', args }, place, system)).toThrow(message);
    expect(() => startable({ command: 'npm', args }, place, system)).toThrow('node.exe');
  });
});

describe('a command on other systems', () => {
  it('is started as it is', () => {
    const system = { platform: 'linux', isFile: () => true } as const;
    expect(startable({ command: 'npm.cmd', args: ['a\nb'] }, { cwd: '/', env: {} }, system)).toEqual({
      file: 'npm.cmd',
      words: ['a\nb'],
      options: {},
    });
  });
});
