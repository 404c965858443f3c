import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settledValue } from '../../support/turns.js';
import { eventually, within } from '../../support/within.js';
import { program, server, clientOf, stdioClient } from '../../support/programs.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
/** The most that is on its way: in the system's pipe, in the client's own stream, and a piece or two in the adapter. */
const MAX_AHEAD_BYTES = 512 * KIBIBYTE;

/** Bytes that a process has written so far, to all its files and pipes. */
function writtenBytes(pid: number): number {
  return Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Memory that a process really uses, in bytes. */
function residentBytes(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

/** Reads a stream at 16 KiB every 10 ms, far slower than any program writes, until `stop` is called. */
function readSlowly(stream: Readable) {
  const window = 16 * KIBIBYTE;
  let left = window;
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    left -= chunk.length;
    if (left <= 0) stream.pause();
  };
  // The pace of the client.
  const timer = setInterval(() => {
    left = Math.min(left + window, window);
    if (left > 0) stream.resume();
  }, 10);
  const stop = (): void => {
    clearInterval(timer);
    stream.off('data', count).resume();
  };
  stream.on('data', count);
  onTestFinished(stop);
  return { stop, bytesRead: () => bytes };
}

/** The text that test/support/fixtures/writesLines.cjs writes to each stream. */
function numberedLines(count: number): string {
  return Array.from({ length: count }, (_, line) => `line ${line} ${'é ✓ 𝄞 '.repeat(20)}\n`).join('');
}

describe('a client that is slower than the program', () => {
  it.skipIf(process.platform !== 'linux')(
    'has the program wait, and misses nothing (reads /proc)',
    async () => {
      const { port, child } = await server();
      const client = await clientOf(port);
      await client.start({ program: program('writesMuch.cjs'), args: ['48'] });
      const { systemProcessId } = await client.waitForEvent<{ systemProcessId: number }>('process');
      await client.waitForEvent('output');
      client.fromAdapter.pause();
      const before = residentBytes(child.pid ?? 0);
      const other = await clientOf(port);
      await settledValue(
        () => writtenBytes(systemProcessId),
        () => other.ask('threads'),
      );
      expect(residentBytes(child.pid ?? 0) - before).toBeLessThan(40 * MEBIBYTE);
      expect(client.events.some(({ event }) => event === 'exited')).toBe(false);
      client.fromAdapter.resume();
      expect(await client.waitForEvent('exited', undefined, 20_000)).toEqual({ exitCode: 0 });
      expect(client.output('stdout')).toHaveLength(48 * MEBIBYTE);
      await client.request('disconnect');
    },
  );

  it('pauses the program past the output that waits, and misses none of it', async () => {
    const { client } = stdioClient();
    const lines = 20_000;
    await client.start({ program: program('writesLines.cjs'), args: [String(lines)] });
    const reading = readSlowly(client.fromAdapter);
    await eventually(() => reading.bytesRead() > 2 * MEBIBYTE, 'the flood', 10_000);
    for (let pause = 0; pause < 3; pause += 1) {
      const before = reading.bytesRead();
      await client.request('pause', { threadId: 1 });
      expect(reading.bytesRead() - before).toBeLessThan(MAX_AHEAD_BYTES);
      await client.waitForEvent('stopped');
      await client.request('continue', { threadId: 1 });
    }
    reading.stop();
    await client.waitForEvent('exited', undefined, 20_000);
    for (const category of ['stdout', 'stderr']) {
      expect(client.output(category) === numberedLines(lines), `all of ${category}`).toBe(true);
    }
    await client.request('disconnect');
  }, 30_000);

  it.skipIf(process.platform === 'win32')(
    'does not keep the adapter from ending (a POSIX signal)',
    async () => {
      const { client, child, exited } = stdioClient();
      await client.start({ program: program('writesMuch.cjs'), args: ['0'], terminateTimeoutMs: 400 });
      await client.waitForEvent('output');
      client.fromAdapter.pause();
      child.kill('SIGTERM');
      const exit = new Promise((resolve) => child.once('exit', resolve));
      expect(await within(exit, 'the end of the adapter', 8_000)).toBe(0);
      client.fromAdapter.resume();
      await exited;
    },
  );

  it('holds back a program that never gives way: nothing piles up in it', async () => {
    const client = stdioClient().client;
    await client.start({ program: program('neverGivesWay.cjs') });
    expect(await client.waitForEvent('exited', undefined, 30_000)).toEqual({ exitCode: 0 });
    expect(client.output('stderr')).toBe('held: 0\n');
    expect(client.output('stdout').split('\n')).toHaveLength(20_001);
    await client.request('disconnect');
  });
});
