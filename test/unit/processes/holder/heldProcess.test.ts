import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import type { Duplex, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOutliving } from '../../../../src/processes/holder/heldProcess.js';
import type { Start } from '../../../../src/processes/holder/heldProcess.js';
import { signalGroup } from '../../../../src/processes/processGroup.js';
import { within } from '../../../support/within.js';

const LONG_MS = 20_000;
const ENV = { PATH: process.env.PATH, ONLY: 'this' };

/** Starts code in a Node.js, behind a holder as on Windows. */
function held(code: string, others: readonly 'pipe'[] = []): ChildProcess {
  const words = ['-e', code, 'a "b"', '%c%'];
  const start: Start = { file: process.execPath, words, cwd: tmpdir(), env: ENV, others };
  const child = startOutliving(start, true);
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGKILL');
    for (const stream of child.stdio) stream?.destroy();
  });
  return child;
}

async function exitOf(child: ChildProcess): Promise<unknown[]> {
  const exit: unknown[] = await within(once(child, 'exit'), 'the exit', LONG_MS);
  return exit;
}

describe('a process behind a holder', () => {
  it('has its own arguments, directory and environment, and its exit code is seen', async () => {
    const child = held(
      'console.log(JSON.stringify([process.argv.slice(1), process.env])); console.error(process.cwd()); process.exit(7)',
    );
    const [stdout, stderr, exit] = await Promise.all([
      text(child.stdout as Readable),
      text(child.stderr as Readable),
      exitOf(child),
    ]);
    const [args, env] = JSON.parse(stdout) as [string[], object];
    expect(args).toEqual(['a "b"', '%c%']);
    expect(env).toMatchObject({ ONLY: 'this' });
    expect(env).not.toHaveProperty('HOME');
    expect(stderr.trim()).toMatch(/te?mp/i);
    expect(exit).toEqual([7, null]);
  });

  it('alone holds its other pipes, so that both see when they are closed', async () => {
    const child = held(
      "const fs = require('fs'); const given = fs.readFileSync(3, 'utf8'); fs.closeSync(3);" +
        'fs.writeSync(1, given); setInterval(() => {}, 1000);',
      ['pipe'],
    );
    const pipe = child.stdio[3] as Duplex;
    pipe.on('error', () => undefined).resume();
    const closed = once(pipe, 'close');
    pipe.end('the launch');
    const [chunk] = (await within(once(child.stdout as Readable, 'data'), 'the launch', LONG_MS)) as [Buffer];
    expect(String(chunk)).toBe('the launch');
    await within(closed, 'the end of the pipe', LONG_MS);
  });

  it.skipIf(process.platform === 'win32')('is seen to end by a signal (Windows has none)', async () => {
    expect(await exitOf(held("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)"))).toEqual([
      null,
      'SIGTERM',
    ]);
  });
});

describe('a process that cannot be started', () => {
  it.each([
    ['is not there', { file: '/no/such/program', cwd: tmpdir() }],
    ['has no directory', { file: process.execPath, cwd: '/no/such/folder' }],
  ])('is reported as without a holder if it %s', async (_, where) => {
    const child = startOutliving({ ...where, words: [], env: ENV }, true);
    const [error] = (await within(once(child, 'error'), 'the error', LONG_MS)) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ENOENT');
  });

  it('is reported by its holder if the system refuses it', async () => {
    const child = startOutliving({ file: tmpdir(), words: [], cwd: tmpdir(), env: ENV }, true);
    const [said, [code]] = await Promise.all([text(child.stderr as Readable), exitOf(child)]);
    expect(said).toMatch(/cannot be started: spawn .*E(?:ACCES|NOENT|PERM)/);
    expect(code).toBe(127);
  });
});
