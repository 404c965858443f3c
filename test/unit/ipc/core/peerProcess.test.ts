import { spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeExit, watchProcess } from '../../../../src/ipc/core/peerProcess.js';
import { firstLine, startFixture } from '../../../support/fixtureProcess.js';
import { within } from '../../../support/within.js';

describe('a watched process', () => {
  it('is told as over when a grandchild still holds its stderr', async () => {
    const child = startFixture('leavesGrandchild');
    const grandchild = Number(await firstLine(child));
    onTestFinished(() => void process.kill(grandchild));
    const launcher = watchProcess(child);
    expect(await within(launcher.exited, 'the exit')).toEqual({ code: 0, signal: null });
    expect(launcher.stderrTail()).toBe('bye');
    child.stderr.destroy();
  });

  it('that cannot be sent a signal is still running', async () => {
    const child = startFixture('neverConnects');
    await firstLine(child);
    const launcher = watchProcess(child);
    child.emit('error', new Error('kill EPERM'));
    child.kill('SIGKILL');
    expect(await within(launcher.exited, 'the exit')).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('gives no stderr where that is not piped', async () => {
    const child = spawn(process.execPath, ['-e', 'process.exit(4)'], { stdio: 'ignore' });
    const launcher = watchProcess(child);
    expect(await within(launcher.exited, 'the exit')).toEqual({ code: 4, signal: null });
    expect(launcher.stderrTail()).toBe('');
  });

  it.each([
    [{ code: 3, signal: null }, 'why', 'exited with code 3. It said last:\nwhy'],
    [{ code: 0, signal: null }, '', 'exited with code 0'],
    [{ code: null, signal: 'SIGKILL' as const }, '', 'was ended by SIGKILL'],
    [
      { code: null, signal: null, error: new Error('spawn ENOENT') },
      '',
      'could not be started: spawn ENOENT',
    ],
  ])('is described in words: %j', (exit, stderr, words) => {
    expect(describeExit(exit, stderr)).toBe(words);
  });
});
