import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { resumeToStop } from '../support/stops.js';

const busy = fileURLToPath(new URL('../fixtures/stepping/busy.cjs', import.meta.url));
const IN_LOOP = /^spin:[5-8]$/;
/** More than V8 lets pass before it makes the loop faster. */
const MANY_TURNS = 5_000_000;

async function spinning(...places: string[]): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start({ program: busy }, { [busy]: places.map((place) => lineOf(busy, place)) });
  await manyTurns(client);
  return client;
}

async function turns(client: DapClient): Promise<number> {
  const { result } = await client.request<{ result: string }>('evaluate', { expression: 'globalThis.turns' });
  return Number(result);
}

async function manyTurns(client: DapClient): Promise<void> {
  const start = (await turns(client)) || 0;
  while (!((await turns(client)) > start + MANY_TURNS));
}

describe('a loop that never gives way', () => {
  it('is paused in a function with a breakpoint, stepped in, and paused again', async () => {
    const client = await spinning('never');
    for (let round = 0; round < 3; round += 1) {
      expect(await resumeToStop(client, 'pause')).toMatch(IN_LOOP);
      expect(await resumeToStop(client, 'next')).toMatch(IN_LOOP);
      expect(await resumeToStop(client, 'next')).toMatch(IN_LOOP);
      await client.request('continue', { threadId: 1 });
      await manyTurns(client);
    }
  });

  it('takes a breakpoint in its midst, and is paused without it', async () => {
    const client = await spinning();
    const breakpoints = [{ line: lineOf(busy, 'turn') }];
    const stopped = client.waitForEvent('stopped');
    await client.request('setBreakpoints', { source: { path: busy }, breakpoints });
    await stopped;
    await client.request('setBreakpoints', { source: { path: busy }, breakpoints: [] });
    await client.request('continue', { threadId: 1 });
    await manyTurns(client);
    expect(await resumeToStop(client, 'pause')).toMatch(IN_LOOP);
  });

  it('is paused by what comes directly behind a continue, every time', async () => {
    const client = await spinning();
    await resumeToStop(client, 'pause');
    for (let round = 0; round < 50; round += 1) {
      const [, where] = await Promise.all([
        client.request('continue', { threadId: 1 }),
        resumeToStop(client, 'pause'),
      ]);
      expect(where).toMatch(IN_LOOP);
    }
  });
});
