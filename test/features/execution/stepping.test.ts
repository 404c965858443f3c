import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { resumeToStop, stackOf, nextStop } from '../support/stops.js';
import type { Stopped } from '../support/stops.js';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/stepping/${name}`, import.meta.url));
}

const calls = fixture('calls.cjs');
const flow = fixture('flow.cjs');
const esm = fixture('module.mjs');
const blocks = fixture('blocks.cjs');
const restart = fixture('restart.cjs');

/** A session that stands at the first of these places. */
async function stoppedAt(file: string, places: string[], launch: object = {}): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start({ program: file, ...launch }, { [file]: places.map((place) => lineOf(file, place)) });
  await client.waitForEvent('stopped');
  return client;
}

interface Target {
  readonly id: number;
  readonly label: string;
  readonly line: number;
}

async function targetsOf(client: DapClient): Promise<Target[]> {
  const [top] = await stackOf(client);
  const { targets } = await client.request<{ targets: Target[] }>('stepInTargets', { frameId: top?.id });
  return targets;
}

async function stepInto(client: DapClient, label: string): Promise<string> {
  const targets = await targetsOf(client);
  const target = targets.find((one) => one.label.startsWith(label));
  return resumeToStop(client, 'stepIn', { targetId: target?.id });
}

describe('step in targets', () => {
  it('are the calls of the line, and each is stepped into', async () => {
    const client = await stoppedAt(calls, ['calls']);
    expect((await targetsOf(client)).map(({ label }) => label)).toEqual([
      'outer(…)',
      'inner(…)',
      'other.make(…)',
    ]);
    expect(await stepInto(client, 'other.make')).toBe('make:7');
    expect(await resumeToStop(client, 'stepOut')).toBe(`go:${lineOf(calls, 'calls')}`);
    expect(await stepInto(client, 'outer')).toBe('outer:18');
    expect(await resumeToStop(client, 'stepOut')).toBe(`go:${lineOf(calls, 'constructor')}`);
    expect(await stepInto(client, 'new Thing')).toBe('Thing:13');
  });

  it('that the program passes by end on the next line', async () => {
    const client = await stoppedAt(calls, ['unreached']);
    expect(await stepInto(client, 'outer')).toBe(`go:${lineOf(calls, 'return')}`);
  });

  it('of an outer frame are none, and those of an earlier stop are refused', async () => {
    const client = await stoppedAt(calls, ['calls']);
    const [, caller] = await stackOf(client);
    expect(await client.request('stepInTargets', { frameId: caller?.id })).toEqual({ targets: [] });
    const [target] = await targetsOf(client);
    await resumeToStop(client, 'next');
    const refused = await client.ask('stepIn', { threadId: 1, targetId: target?.id });
    expect(refused).toMatchObject({ success: false });
    expect(refused.message).toMatch(/not of this stop/);
  });
});

describe('stepping', () => {
  it('over await arrives at the next line, also in a later turn, and out of an async function in its caller', async () => {
    const client = await stoppedAt(flow, ['call']);
    expect(await resumeToStop(client, 'stepIn')).toBe(`twice:${lineOf(flow, 'await')}`);
    expect(await resumeToStop(client, 'next')).toBe(`twice:${lineOf(flow, 'resumed')}`);
    expect(await resumeToStop(client, 'next')).toBe(`twice:${lineOf(flow, 'returned')}`);
    expect(await resumeToStop(client, 'stepOut')).toMatch(/^main:/);
  });

  it('goes into generators and callbacks, and over what is awaited', async () => {
    const client = await stoppedAt(flow, ['generator']);
    expect(await resumeToStop(client, 'stepIn')).toBe(`numbers:${lineOf(flow, 'first')}`);
    expect(await resumeToStop(client, 'stepOut')).toBe(`main:${lineOf(flow, 'map')}`);
    expect(await resumeToStop(client, 'stepIn')).toBe(`callback:${lineOf(flow, 'callback')}`);
    expect(await resumeToStop(client, 'stepOut')).toBe(`main:${lineOf(flow, 'timer')}`);
    expect(await resumeToStop(client, 'next')).toBe(`main:${lineOf(flow, 'then')}`);
    expect(await resumeToStop(client, 'next')).toBe(`main:${lineOf(flow, 'end')}`);
  });

  it('over top-level await arrives at the next line, and at the program’s end leaves nothing hanging', async () => {
    const client = await stoppedAt(esm, ['first']);
    expect(await resumeToStop(client, 'next')).toMatch(new RegExp(`:${lineOf(esm, 'second')}$`));
    expect(await resumeToStop(client, 'next')).toMatch(new RegExp(`:${lineOf(esm, 'print')}$`));
    // The step stops once more at the end of the module.
    expect(await resumeToStop(client, 'next')).toMatch(/:\d+$/);
    await client.request('next', { threadId: 1 });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('second 2\n');
  });

  it('out of the last frame of a callback ends at the next code of the program, or runs to its end', async () => {
    const client = await stoppedAt(flow, ['later']);
    await client.request('stepOut', { threadId: 1 });
    const ended = client.waitForEvent('terminated');
    await ended;
    expect(client.output('stdout')).toBe('sum 12\n');
  });

  it('over what blocks can be paused, and stops behind it', async () => {
    const client = await stoppedAt(blocks, ['blocks']);
    await client.request('next', { threadId: 1 });
    await client.request('pause', { threadId: 1 });
    const { reason } = await client.waitForEvent<Stopped>('stopped');
    expect(['pause', 'step']).toContain(reason);
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('terminated');
  });
});

describe('pause', () => {
  it('stops a busy loop', async () => {
    const client = await stoppedAt(blocks, ['busy'], { args: ['busy'] });
    await client.request('setBreakpoints', { source: { path: blocks }, breakpoints: [] });
    await client.request('continue', { threadId: 1 });
    await client.request('pause', { threadId: 1 });
    expect((await client.waitForEvent<Stopped>('stopped')).reason).toBe('pause');
    const [top] = await stackOf(client);
    expect(top?.line).toBe(lineOf(blocks, 'busy'));
  });

  it('stops a program that idles at the next statement that it runs', async () => {
    const client = await stoppedAt(blocks, ['idle'], { args: ['idle'] });
    await client.request('continue', { threadId: 1 });
    await client.request('pause', { threadId: 1 });
    expect(await nextStop(client)).toBe(`(anonymous):${lineOf(blocks, 'idle')}`);
  });
});

describe('restartFrame', () => {
  it('begins a call anew, with those above it gone', async () => {
    const client = await stoppedAt(restart, ['count']);
    await client.request('setBreakpoints', { source: { path: restart }, breakpoints: [] });
    const [, twice] = await stackOf(client);
    expect(twice?.name).toBe('twice');
    await client.request('restartFrame', { frameId: twice?.id });
    expect((await client.waitForEvent<Stopped>('stopped')).reason).toBe('restart');
    const [top] = await stackOf(client);
    expect(top).toMatchObject({ name: 'twice', line: lineOf(restart, 'twice') });
    expect(await client.request('evaluate', { expression: 'calls', frameId: top?.id })).toMatchObject({
      result: '1',
    });
    expect(await resumeToStop(client, 'stepOut')).toBe(`(anonymous):${lineOf(restart, 'main')}`);
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('terminated');
    expect(client.output('stdout')).toBe('5\n');
  });

  it('is refused for a call that cannot, and the program stands where it stood', async () => {
    const client = await stoppedAt(restart, ['slow']);
    const [slow] = await stackOf(client);
    const refused = await client.ask('restartFrame', { frameId: slow?.id });
    expect(refused).toMatchObject({ success: false });
    expect(refused.message).toMatch(/cannot be begun anew/);
    expect((await stackOf(client))[0]).toMatchObject({ name: 'slow' });
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('terminated');
  });
});

describe('a deep stack', () => {
  it('of thousands of calls comes in pages', async () => {
    const deep = fixture('deep.cjs');
    const client = await stoppedAt(deep, ['bottom'], { args: ['5000'] });
    const page = await client.request<{ totalFrames: number }>('stackTrace', { threadId: 1, levels: 20 });
    expect(page.totalFrames).toBeGreaterThan(5_000);
    const [last] = await stackOf(client, 1, { startFrame: 4_999, levels: 1 });
    expect(last?.name).toBe('down');
  });
});
