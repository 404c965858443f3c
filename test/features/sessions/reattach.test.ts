/*
 * A program whose adapter is lost, with "keepRunning": "reattach": a new adapter finds it where it was.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { clientOf, goneSoon, lineOf, pidsOf, server, stdioClient } from '../../support/programs.js';
import { eventually } from '../../support/within.js';

const program = fileURLToPath(new URL('../fixtures/attach/reattached.cjs', import.meta.url));
const step = lineOf(program, 'step');
const ATTACH = { request: 'attach' };
const LONG_MS = 20_000;

interface Attach {
  readonly request: string;
  readonly keyFile: string;
}

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
}

/** The configuration that the console names, which is also in the event as data. */
async function wayBack(client: DapClient): Promise<Attach> {
  const told = await client.waitForEvent<{ output: string; data?: { attach: Attach } }>(
    'output',
    ({ data }) => data?.attach !== undefined,
  );
  const text = /Attach again with (\{.*\})\n$/.exec(told.output)?.[1] ?? '';
  expect(JSON.parse(text)).toEqual(told.data?.attach);
  return JSON.parse(text) as Attach;
}

async function stackOf(
  client: DapClient,
): Promise<{ threadId: number; reason: string; stackFrames: Frame[] }> {
  const { threadId, reason } = await client.waitForEvent<{ threadId: number; reason: string }>('stopped');
  const { stackFrames } = await client.request<{ stackFrames: Frame[] }>('stackTrace', { threadId });
  return { threadId, reason, stackFrames };
}

async function valueOf(client: DapClient, expression: string, frameId?: number): Promise<string> {
  return (await client.request<{ result: string }>('evaluate', { expression, frameId })).result;
}

async function attached(configuration: Attach, lines: number[] = []): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start(configuration, { [program]: lines }, ATTACH);
  return client;
}

/** Fails with the answer to an `attach` that must fail. */
async function refusal(configuration: object): Promise<string> {
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test' });
  const first = await client.ask('attach', configuration);
  expect(first.success).toBe(false);
  return first.message ?? '';
}

/** Attaches by a server, as soon as the adapter that was there before has gone. */
async function attachedSoon(port: number, configuration: Attach): Promise<DapClient> {
  for (;;) {
    const client = await clientOf(port);
    const problem = await client.start(configuration, {}, ATTACH).then(() => '', String);
    if (problem === '') return client;
    expect(problem).toMatch(/another debug adapter is attached/);
  }
}

/** Ends a program by its new adapter, and waits until nothing of it is left. */
async function endBy(client: DapClient, { keyFile }: Attach, pids: readonly number[]): Promise<void> {
  await client.request('terminate');
  await client.waitForEvent('terminated');
  await goneSoon(pids, LONG_MS);
  expect([existsSync(keyFile), existsSync(dirname(keyFile))]).toEqual([false, false]);
}

/** Launches the program, whose adapter can be killed. */
async function launched(more: object = {}, lines: number[] = [step]) {
  const adapter = stdioClient();
  const { client } = adapter;
  await client.start({ program, keepRunning: 'reattach', ...more }, { [program]: lines });
  const way = await wayBack(client);
  const pids = await pidsOf(client);
  const kill = async (): Promise<void> => {
    adapter.child.kill('SIGKILL');
    await adapter.exited;
  };
  return { client, way, pids, kill };
}

/** Waits until the program's own count has grown, which is not so while it is stopped. */
async function counts(client: DapClient): Promise<void> {
  const first = Number(await valueOf(client, 'globalThis.ticks'));
  for (;;) if (Number(await valueOf(client, 'globalThis.ticks')) > first) return;
}

describe.each<[string, object]>([
  ['a private socket', {}],
  ['TCP', { ipc: { transport: 'tcp' } }],
  [
    'TCP with resume, of which the launcher waits for the old adapter',
    { ipc: { transport: 'tcp', resume: true } },
  ],
])('a program whose adapter is killed, launched over %s', (_name, ipc) => {
  it('is found at its breakpoint, and steps on', async () => {
    const { client, way, pids, kill } = await launched(ipc);
    const before = await stackOf(client);
    await kill();

    const next = await attached(way);
    const after = await stackOf(next);
    expect(after).toMatchObject({ threadId: before.threadId, reason: 'breakpoint' });
    const places = ({ stackFrames }: typeof before) => stackFrames.map(({ name, line }) => [name, line]);
    expect(places(after)).toEqual(places(before));
    expect(await valueOf(next, 'count', after.stackFrames[0]?.id)).toBe('1');
    await next.request('next', { threadId: after.threadId });
    const stepped = await stackOf(next);
    expect([stepped.reason, stepped.stackFrames[0]?.line]).toEqual(['step', step + 1]);
    // The breakpoint of the old adapter has gone with it.
    await next.request('continue', { threadId: 1 });
    await eventually(() => /count [3-9]/.test(next.output('stdout')), 'its console calls', LONG_MS);
    await endBy(next, way, pids);
  });
});

describe('a program whose adapter is lost', () => {
  it('is found while it runs and prints as fast as it can', async () => {
    const { client, way, pids, kill } = await launched({ args: ['floods'] }, []);
    await eventually(() => client.output('stdout').length > 20_000, 'a flood', LONG_MS);
    const before = await valueOf(client, 'globalThis.ticks');
    await kill();
    const next = await attached(way);
    await counts(next);
    expect(Number(await valueOf(next, 'globalThis.ticks'))).toBeGreaterThan(Number(before));
    await next.request('setBreakpoints', { source: { path: program }, breakpoints: [{ line: step }] });
    expect((await stackOf(next)).stackFrames[0]?.line).toBe(step);
    await endBy(next, way, pids);
  });

  it('is found where it was, again, when the next adapter is lost without a word', async () => {
    const { client, way, pids, kill } = await launched();
    await stackOf(client);
    await kill();
    const second = stdioClient();
    await second.client.start(way, {}, ATTACH);
    expect(await wayBack(second.client)).toEqual(way);
    await stackOf(second.client);
    // The editor has gone, and its adapter ends by itself.
    second.client.toAdapter.end();
    await second.exited;
    const third = await attached(way);
    const { reason, stackFrames } = await stackOf(third);
    expect([reason, stackFrames[0]?.line]).toEqual(['breakpoint', step]);
    await endBy(third, way, pids);
  });

  it('lets nobody in without the key, and one adapter at a time', async () => {
    const { client, way, pids, kill } = await launched();
    await stackOf(client);
    expect(await refusal(way)).toMatch(/another debug adapter is attached/);
    await kill();
    const [, endpoint = ''] = readFileSync(way.keyFile, 'utf8').split('\n');
    const address = endpoint.slice(endpoint.indexOf(' ') + 1);
    const stranger = { request: 'attach', key: '0'.repeat(64), address };
    expect(await refusal(stranger)).toMatch(/does not have this key/);
    const next = await attached(way);
    expect(await refusal(way)).toMatch(/another debug adapter is attached/);
    expect((await stackOf(next)).stackFrames[0]?.line).toBe(step);
    await endBy(next, way, pids);
  });

  it('is found after the end of a server that had launched it', async () => {
    const first = await server();
    const client = await clientOf(first.port);
    await client.start({ program, keepRunning: 'reattach' }, { [program]: [step] });
    const way = await wayBack(client);
    const pids = await pidsOf(client);
    await stackOf(client);
    first.child.kill('SIGKILL');
    await first.exited;

    const second = await server();
    const lost = await clientOf(second.port);
    await lost.start(way, {}, ATTACH);
    await stackOf(lost);
    lost.fromAdapter.destroy();
    const next = await attachedSoon(second.port, way);
    expect((await stackOf(next)).stackFrames[0]?.line).toBe(step);
    await endBy(next, way, pids);
  });

  it('runs on when nobody has come in time, and can still be attached to', async () => {
    const proof = join(mkdtempSync(join(tmpdir(), 'reattach-')), 'proof');
    onTestFinished(() => rmSync(dirname(proof), { recursive: true }));
    const { client, way, pids, kill } = await launched({ args: ['writes', proof], reattachTimeoutMs: 50 });
    await stackOf(client);
    await kill();
    await eventually(() => existsSync(proof) && readFileSync(proof).length > 5, 'it runs on', LONG_MS);
    const next = await attached(way);
    await counts(next);
    await endBy(next, way, pids);
  });

  it('runs on when its adapter was told to leave it', async () => {
    const { client, way, pids } = await launched();
    await stackOf(client);
    await client.request('disconnect');
    const next = await attached(way);
    await counts(next);
    await endBy(next, way, pids);
  });

  it('is not to be had for a command, whose programs are children', async () => {
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test', supportsStartDebuggingRequest: true });
    const command = { runtimeExecutable: 'npm', runtimeArgs: ['--version'], keepRunning: 'reattach' };
    const { success, message } = await client.ask('launch', command);
    expect([success, message]).toEqual([false, expect.stringMatching(/"reattach" is for a program/)]);
  });
});
