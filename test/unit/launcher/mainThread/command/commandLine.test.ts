import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

type CommandLine = (
  command: string,
  args: readonly string[],
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
) => { file: string; words: readonly string[]; options: object };

/** The built module, because the launcher's main thread is CommonJS. */
const { commandLine } = createRequire(import.meta.url)(
  fileURLToPath(new URL('../../../../../dist/launcher/mainThread/command/commandLine.cjs', import.meta.url)),
) as { commandLine: CommandLine };

describe('a command', () => {
  it.for([
    ['/usr/bin/npm', 'linux'],
    ['/opt/tool.cmd', 'darwin'],
    ['C:\\node.exe', 'win32'],
  ] as const)('%s on %s is started as it is', ([command, platform]) => {
    expect(commandLine(command, ['a b', '&'], platform, {})).toEqual({
      file: command,
      words: ['a b', '&'],
      options: {},
    });
  });

  it('that is a batch file is a line for the command processor', () => {
    const { file, words, options } = commandLine('C:\\a b\\npm.CMD', ['run', 'x&y'], 'win32', {
      ComSpec: 'C:\\cmd',
    });
    expect(file).toBe('C:\\cmd');
    expect(options).toEqual({ windowsVerbatimArguments: true });
    expect(words.slice(0, 3)).toEqual(['/d', '/s', '/c']);
    expect(words[3]).toBe('"C:\\a^ b\\npm.CMD ^^^"run^^^" ^^^"x^^^&y^^^""');
  });

  it.for([
    ['say "hi"', '"say \\"hi\\""'],
    ['ends in \\', '"ends in \\\\"'],
    ['a\\"b', '"a\\\\\\"b"'],
    ['100%', '"100%"'],
  ])('gives a batch file the word %j', ([word, argument]) => {
    const { words } = commandLine('x.bat', [word ?? ''], 'win32', {});
    const readOnce = (line: string): string => line.replaceAll(/\^([\s\S])/g, '$1');
    const [, read] = /^"x\.bat ([\s\S]*)"$/.exec(words[3] ?? '') ?? [];
    expect(readOnce(readOnce(read ?? ''))).toBe(argument);
  });
});
