import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFile, openingCommand } from '../../../../src/cli/trace/openFile.js';
import { eventually } from '../../../support/within.js';

const PATH = 'C:\\Users\\R&D\\100%PATH% ^1 (x)!.html';

describe('the command that opens a file', () => {
  it.for([
    ['darwin', 'open'],
    ['linux', 'xdg-open'],
    ['freebsd', 'xdg-open'],
  ] as const)('on %s is %s with the path as its argument', ([platform, file]) => {
    expect(openingCommand('/a &b.html', platform)).toEqual({ file, words: ['/a &b.html'], env: {} });
  });

  it('on Windows has the path in a variable, because the command processor interprets its line', () => {
    const { words, env, windowsVerbatimArguments } = openingCommand(PATH, 'win32');
    expect(windowsVerbatimArguments).toBe(true);
    expect(Object.values(env)).toEqual([PATH]);
    expect(words).toEqual(['/d', '/v:on', '/s', '/c', `"start "" "!${Object.keys(env)[0]}!""`]);
  });
});

it.skipIf(process.platform === 'win32')('opens a file with characters that shells interpret', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'open-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const seen = join(directory, 'seen');
  for (const name of ['open', 'xdg-open']) {
    const lines = ['#!/bin/sh', `printf %s "$1" > '${seen}.new'`, `mv '${seen}.new' '${seen}'`, ''];
    writeFileSync(join(directory, name), lines.join('\n'), { mode: 0o755 });
  }
  const before = process.env.PATH ?? '';
  onTestFinished(() => void (process.env.PATH = before));
  process.env.PATH = directory + delimiter + before;
  const page = join(directory, '-a & $(b) `c` "d" %PATH%.html');
  openFile(page);
  await eventually(() => existsSync(seen), 'the program that opens files has run');
  expect(readFileSync(seen, 'utf8')).toBe(page);
});
