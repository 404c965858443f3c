import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { eventually } from '../../support/within.js';
import type { Stopped } from '../support/stops.js';

interface ThreadEvent {
  readonly reason: string;
  readonly threadId: number;
  readonly name: string;
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/workers/${name}`, import.meta.url));
}

const main = fixture('main.cjs');
const worker = fixture('worker.cjs');

async function topFrame(client: DapClient, threadId: number): Promise<Record<string, unknown>> {
  const { stackFrames } = await client.request<{ stackFrames: Record<string, unknown>[] }>('stackTrace', {
    threadId,
    levels: 1,
  });
  return stackFrames[0] ?? {};
}

async function nameStarted(client: DapClient): Promise<string> {
  const { name } = await client.waitForEvent<ThreadEvent>('thread', ({ threadId }) => threadId !== 1);
  return name;
}

describe('a worker thread', () => {
  it('stops at its breakpoints, shows its variables, goes on and ends, while the main thread runs', async () => {
    const { client } = stdioClient();
    await client.start({ program: main }, { [worker]: [lineOf(worker, 'loop')] });

    const started = await client.waitForEvent<ThreadEvent>('thread', ({ threadId }) => threadId === 2);
    expect(started).toMatchObject({ reason: 'started', name: 'worker 2: worker.cjs' });
    const stopped = await client.waitForEvent<Stopped>('stopped');
    expect(stopped).toMatchObject({ reason: 'breakpoint', threadId: 2, allThreadsStopped: false });
    expect(await client.request('threads')).toEqual({
      threads: [
        { id: 1, name: 'main' },
        { id: 2, name: 'worker 2: worker.cjs' },
      ],
    });

    const frame = await topFrame(client, 2);
    expect(frame).toMatchObject({ line: lineOf(worker, 'loop'), source: { path: worker } });
    expect(
      await client.request('evaluate', { expression: 'workerData - i', frameId: frame.id }),
    ).toMatchObject({ result: '5' });
    await client.request('setBreakpoints', { source: { path: worker }, breakpoints: [] });
    expect(await client.request('continue', { threadId: 2 })).toEqual({ allThreadsContinued: true });

    const ended = await client.waitForEvent<ThreadEvent>('thread', ({ reason }) => reason === 'exited');
    expect(ended).toMatchObject({ threadId: 2 });
    await client.waitForEvent('terminated');
    // A worker prints through the main thread, which does not keep the text in order with the worker's messages.
    const lines = client.output('stdout').trimEnd().split('\n');
    expect(lines.sort()).toEqual(['main is 0', 'sum 10', 'worker exit 0', 'worker is 2']);
  });

  it('has the name that the program gave it', async () => {
    const { client } = stdioClient();
    await client.start({ program: main, args: ['adds up'] });
    await client.waitForEvent('thread', ({ threadId }) => threadId === 1);
    expect(await nameStarted(client)).toBe('worker 2: adds up');
    await client.waitForEvent('terminated');
  });
});

const several = fixture('several.cjs');

/** A session over the program with several workers; the breakpoints are at these places. */
async function session(what: string[], places: string[] = [], launch: object = {}): Promise<DapClient> {
  const { client } = stdioClient();
  const lines = places.map((place) => lineOf(several, place));
  await client.start({ program: several, args: what, ...launch }, { [several]: lines });
  return client;
}

async function said(client: DapClient, text: string): Promise<void> {
  await client.waitForEvent('output', () => client.output('stdout').includes(text));
}

/** Waits for a stop of a thread other than the main one. */
function workerStops(client: DapClient): Promise<Stopped> {
  return client.waitForEvent<Stopped>('stopped', ({ threadId }) => threadId !== 1);
}

async function exits(client: DapClient): Promise<number> {
  const { exitCode } = await client.waitForEvent<{ exitCode: number }>('exited');
  return exitCode;
}

describe('several worker threads', () => {
  it('stop each by themselves, go on alone with singleThread, and otherwise all', async () => {
    const client = await session(['two'], ['ends']);
    const first = await workerStops(client);
    const second = await workerStops(client);
    expect(new Set([first.threadId, second.threadId])).toEqual(new Set([2, 3]));
    expect([first, second].map(({ allThreadsStopped }) => allThreadsStopped)).toEqual([false, false]);

    const alone = await client.request('continue', { threadId: second.threadId, singleThread: true });
    expect(alone).toEqual({ allThreadsContinued: false });
    await client.waitForEvent<ThreadEvent>('thread', ({ reason }) => reason === 'exited');
    expect(await topFrame(client, first.threadId)).toMatchObject({ name: 'ends' });
    expect(await client.request('continue', { threadId: first.threadId })).toEqual({
      allThreadsContinued: true,
    });
    expect(await exits(client)).toBe(0);
  });

  it('all go on by one continue', async () => {
    const client = await session(['two'], ['ends']);
    await workerStops(client);
    const { threadId } = await workerStops(client);
    expect(await client.request('continue', { threadId })).toEqual({ allThreadsContinued: true });
    expect(await exits(client)).toBe(0);
  });

  it('are stepped one by one', async () => {
    const client = await session(['two'], ['ends']);
    const first = await workerStops(client);
    const second = await workerStops(client);
    const { line } = await topFrame(client, second.threadId);
    await client.request('next', { threadId: first.threadId });
    expect(await workerStops(client)).toMatchObject({ reason: 'step', threadId: first.threadId });
    expect(await topFrame(client, second.threadId)).toMatchObject({ name: 'ends', line });
    await client.request('continue', { threadId: first.threadId });
    expect(await exits(client)).toBe(0);
  });

  it('of a worker are debugged as well', async () => {
    const client = await session(['nested'], ['ends']);
    const { threadId } = await workerStops(client);
    const { threads } = await client.request<{ threads: { id: number; name: string }[] }>('threads');
    expect(threads.find(({ id }) => id === threadId)?.name).toMatch(/: inner$/);
    await client.request('continue', { threadId });
    expect(await exits(client)).toBe(0);
  });

  it('are paused in a busy loop, while the main thread runs', async () => {
    const client = await session(['busy']);
    await said(client, 'busy');
    await client.request('pause', { threadId: 2 });
    const stopped = await workerStops(client);
    expect(stopped).toMatchObject({ reason: 'pause', threadId: 2, allThreadsStopped: false });
    const frame = await topFrame(client, 2);
    await client.request('evaluate', {
      expression: 'workerData.flag[0] = 1',
      frameId: frame.id,
      context: 'repl',
    });
    await client.request('continue', { threadId: 2 });
    expect(await exits(client)).toBe(0);
  });

  it('stop while the main thread waits for them', async () => {
    const client = await session(['waits'], ['ends']);
    const { threadId } = await workerStops(client);
    await client.request('continue', { threadId });
    expect(await exits(client)).toBe(0);
  });

  it('stop, start and end while the main thread stands still', async () => {
    const client = await session(['waits'], ['held', 'ends']);
    await client.waitForEvent<Stopped>('stopped', ({ threadId }) => threadId === 1);
    const { threadId, allThreadsStopped } = await workerStops(client);
    expect(allThreadsStopped).toBe(true);
    await client.request('continue', { threadId, singleThread: true });
    await client.waitForEvent<ThreadEvent>('thread', ({ reason }) => reason === 'exited');
    await client.request('continue', { threadId: 1 });
    expect(await exits(client)).toBe(0);
  });

  it('that are terminated at a breakpoint end with the next continue', async () => {
    const client = await session(['terminates'], ['ends']);
    const { threadId } = await workerStops(client);
    await client.request('continue', { threadId });
    await client.waitForEvent<ThreadEvent>('thread', ({ reason }) => reason === 'exited');
    await said(client, 'terminated');
    expect(await exits(client)).toBe(0);
  });

  it('do not hold up process.exit() where they stand still', async () => {
    const client = await session(['exits'], ['ends']);
    await workerStops(client);
    expect(await exits(client)).toBe(3);
  });

  it('run on when the debugger is gone, one that stands still and those to come', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'workers-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const client = await session(['chain', join(folder, 'over')], ['ends']);
    await workerStops(client);
    await client.request('disconnect', { terminateDebuggee: false });
    await eventually(() => existsSync(join(folder, 'over')), 'both workers ran to their ends');
  });

  it('that wait for messages end with the program', async () => {
    const client = await session(['idle']);
    await said(client, 'idles');
    await client.request('terminate');
    await client.waitForEvent('terminated');
  });

  it('come and go by the hundred', async () => {
    const client = await session(['many', '50'], ['over']);
    await client.waitForEvent<Stopped>('stopped', undefined, 25_000);
    expect(await client.request('threads')).toEqual({ threads: [{ id: 1, name: 'main' }] });
    await client.request('continue', { threadId: 1 });
    expect(await exits(client)).toBe(0);
    const events = client.events.filter(({ event }) => event === 'thread');
    expect(events.filter(({ body }) => (body as ThreadEvent).reason === 'exited')).toHaveLength(50);
  });
});
