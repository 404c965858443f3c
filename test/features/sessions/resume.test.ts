/*
 * A debug session whose connection breaks goes on: at the same stop, with everything that was on its way.
 */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { lineOf, stdioClient } from '../../support/programs.js';
import { TcpProxy } from '../../support/tcpProxy.js';
import { eventually } from '../../support/within.js';
import { ListeningProgram } from '../support/listeningProgram.js';

const program = fileURLToPath(new URL('../fixtures/attach/counts.cjs', import.meta.url));
const line = lineOf(program, 'step');
const LONG_MS = 20_000;

interface Stop {
  readonly threadId: number;
}

async function attachedThroughProxy(more: object = {}) {
  const target = await ListeningProgram.start(['--listen', '0', '--program', program]);
  const proxy = await TcpProxy.to(Number(target.address.replace('127.0.0.1:', '')));
  const { client } = stdioClient();
  const configuration = { ...target.configuration, port: proxy.port, resume: true, ...more };
  await client.start(configuration, { [program]: [line] }, { request: 'attach' });
  const { threadId } = await client.waitForEvent<Stop>('stopped');
  return { target, proxy, client, threadId };
}

function lineOfTop(client: DapClient, threadId: number): Promise<number | undefined> {
  return client
    .request<{ stackFrames: { line: number }[] }>('stackTrace', { threadId })
    .then(({ stackFrames }) => stackFrames[0]?.line);
}

it('goes on at its breakpoint when the connection is back, and tells the user', async () => {
  const { proxy, client, threadId } = await attachedThroughProxy();
  proxy.mode = 'drop';
  proxy.cut();
  await eventually(() => client.output('console').includes('is broken'), 'the notice', LONG_MS);
  const top = lineOfTop(client, threadId);
  proxy.mode = 'pass';
  expect(await top).toBe(line);
  await eventually(() => /is back, after [\d.]+ s\.\n/.test(client.output('console')), 'the notice', LONG_MS);
  await client.request('next', { threadId });
  const { threadId: stepped } = await client.waitForEvent<Stop>('stopped');
  expect(await lineOfTop(client, stepped)).toBeGreaterThan(line);
  expect(client.output('console').split('\n').filter(Boolean)).toHaveLength(2);
}, 60_000);

it('makes way for another adapter while the connection is broken', async () => {
  const { target, proxy } = await attachedThroughProxy();
  proxy.mode = 'silent';
  proxy.cut();
  const { client } = stdioClient();
  await client.start(target.configuration, { [program]: [line] }, { request: 'attach' });
  const { threadId } = await client.waitForEvent<Stop>('stopped');
  expect(await lineOfTop(client, threadId)).toBe(line);
}, 60_000);

it('is over when the program is, also if that ends while the connection is broken', async () => {
  const { target, proxy, client } = await attachedThroughProxy({ resume: { graceMs: 1_000 } });
  proxy.mode = 'drop';
  proxy.cut();
  target.child.kill('SIGKILL');
  await client.waitForEvent('terminated');
}, 60_000);
