import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';

type Output = DebugProtocol.OutputEvent['body'];

const PROGRAM = fileURLToPath(new URL('../fixtures/output/inOrder.cjs', import.meta.url));
const TURNS = Array.from({ length: 40 }, (_, turn) => turn);

/** What the client got: lines of output, and the names of other events. */
function received(client: DapClient): string[] {
  return client.events.flatMap(({ event, body }) =>
    event === 'output' ? (body as Output).output.split('\n').filter((line) => line !== '') : [event],
  );
}

/** A session with a log point in each turn of the program's loop. */
async function withLogPoint(client: DapClient): Promise<void> {
  await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
  const launched = client.request('launch', { program: PROGRAM });
  await client.waitForEvent('initialized');
  const breakpoints = [
    { line: lineOf(PROGRAM, 'turn'), logMessage: 'log {i}' },
    { line: lineOf(PROGRAM, 'end') },
  ];
  await client.request('setBreakpoints', { source: { path: PROGRAM }, breakpoints });
  await client.request('configurationDone');
  await launched;
}

describe('the order of output', () => {
  it('is that of the console calls, on both streams', { repeats: 4 }, async () => {
    const { client } = stdioClient();
    await client.start({ program: PROGRAM });
    await client.waitForEvent('terminated');
    const lines = received(client).filter((line) => /^n\d/.test(line));
    expect(lines).toEqual(TURNS.map((turn) => `n${turn}`));
    await client.request('disconnect');
  });

  it('has the messages of log points in their places, and stops after what was written before', async () => {
    const { client } = stdioClient();
    await withLogPoint(client);
    await client.waitForEvent('stopped');
    const got = received(client);
    const calls = got.filter((line) => /^(?:n|log )\d/.test(line));
    expect(calls).toEqual(TURNS.flatMap((turn) => [`n${turn}`, `log ${turn}`]));
    // What is written without the console has no place among the log points, but it comes before the stop.
    expect(got.slice(0, got.indexOf('stopped'))).toEqual(expect.arrayContaining(['written', 'log 39']));
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('terminated');
    expect(received(client).slice(-3)).toEqual(['last 1', 'exited', 'terminated']);
    await client.request('disconnect');
  });
});
