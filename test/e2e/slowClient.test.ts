import { describe, expect, it } from 'vitest';
import { eventually, within } from '../support/within.js';
import { program, server, clientOf, stdioClient } from './programs.js';
import { readFileSync } from 'node:fs';

const MEBIBYTE = 1024 * 1024;

/** Memory that a process really uses, in bytes. */
function residentBytes(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

describe('a client that is slower than the program', () => {
  it.skipIf(process.platform !== 'linux')(
    'has the program wait, and misses nothing (reads /proc)',
    async () => {
      const { port, child } = await server();
      const client = await clientOf(port);
      await client.start({ program: program('writesMuch.cjs'), args: ['48'] });
      await client.waitForEvent('output');
      client.fromAdapter.pause();
      const before = residentBytes(child.pid ?? 0);
      const rested = performance.now() + 1_500;
      await eventually(() => performance.now() > rested, 'the passing of time');
      expect(residentBytes(child.pid ?? 0) - before).toBeLessThan(40 * MEBIBYTE);
      expect(client.events.some(({ event }) => event === 'exited')).toBe(false);
      client.fromAdapter.resume();
      expect(await client.waitForEvent('exited', undefined, 20_000)).toEqual({ exitCode: 0 });
      expect(client.output('stdout')).toHaveLength(48 * MEBIBYTE);
      await client.request('disconnect');
    },
  );

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
});
