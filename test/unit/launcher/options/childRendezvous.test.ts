import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { rendezvousRemover } from '../../../../src/launcher/options/childRendezvous.js';

let directory: string;
let keyFile: string;
let socket: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rendezvous-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const inOwnDirectory = (name: string): string => {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'file'), name);
    return join(directory, name, 'file');
  };
  [keyFile, socket] = [inOwnDirectory('key'), inOwnDirectory('socket')];
});

function remover(): () => void {
  const launcherArgs = ['--ipc', 'unix', '--ipc-path', socket];
  return rendezvousRemover({ keyFile, launcherArgs, timeoutMs: 1, sessionId: undefined });
}

describe('the files of a rendezvous whose adapter has died', () => {
  it('are removed, each with its directory', () => {
    const remove = remover();
    expect([existsSync(keyFile), existsSync(socket)]).toEqual([true, true]);
    remove();
    expect([existsSync(join(directory, 'key')), existsSync(join(directory, 'socket'))]).toEqual([
      false,
      false,
    ]);
    remove();
  });

  it('are left if another file has taken their place, and so is a directory with more in it', () => {
    const remove = remover();
    writeFileSync(`${keyFile}-2`, 'precious');
    renameSync(`${keyFile}-2`, keyFile);
    writeFileSync(join(directory, 'socket', 'more'), '');
    remove();
    expect(readFileSync(keyFile, 'utf8')).toBe('precious');
    expect([existsSync(socket), existsSync(join(directory, 'socket', 'more'))]).toEqual([false, true]);
  });

  it('are left if a link has taken their place, and files that came later too', () => {
    rmSync(socket);
    const remove = remover();
    writeFileSync(socket, 'later');
    renameSync(keyFile, `${keyFile}-moved`);
    symlinkSync(`${keyFile}-moved`, keyFile);
    remove();
    expect([readFileSync(keyFile, 'utf8'), readFileSync(socket, 'utf8')]).toEqual(['key', 'later']);
  });
});
