import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineOf, stdioClient } from '../e2e/programs.js';
import type { DapClient } from '../support/dapClient.js';

interface Stopped {
  readonly threadId: number;
  readonly reason: string;
  readonly allThreadsStopped: boolean;
}
interface ThreadEvent {
  readonly reason: string;
  readonly threadId: number;
  readonly name: string;
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/workers/${name}`, import.meta.url));
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
    expect(client.output('stdout')).toBe('main is 0\nworker is 2\nsum 10\nworker exit 0\n');
  });

  it('has the name that the program gave it', async () => {
    const { client } = stdioClient();
    await client.start({ program: main, args: ['adds up'] });
    await client.waitForEvent('thread', ({ threadId }) => threadId === 1);
    expect(await nameStarted(client)).toBe('worker 2: adds up');
    await client.waitForEvent('terminated');
  });
});
