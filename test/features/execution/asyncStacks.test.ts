import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { stackOf, nextStop } from '../support/stops.js';
import type { Frame, Stopped } from '../support/stops.js';

const chain = fileURLToPath(new URL('../fixtures/asyncStacks/chain.cjs', import.meta.url));

async function stoppedAt(place: string, launch: object = {}): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start(
    { program: chain, ...launch },
    { [chain]: [lineOf(chain, 'begins'), lineOf(chain, place)] },
  );
  await nextStop(client);
  await client.request('continue', { threadId: 1 });
  await nextStop(client);
  return client;
}

const firstStop = fileURLToPath(new URL('../fixtures/asyncStacks/firstStop.cjs', import.meta.url));

/** The names of the program's own frames at the first stop. No breakpoint is set. */
async function firstNames(how: string, filters: readonly string[] = []): Promise<string[]> {
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
  const launched = client.request('launch', { program: firstStop, args: [how] });
  await client.waitForEvent('initialized');
  await client.request('setExceptionBreakpoints', { filters });
  await client.request('configurationDone');
  await launched;
  const { threadId } = await client.waitForEvent<Stopped>('stopped');
  const own = dirname(firstStop);
  const frames = await stackOf(client, threadId);
  return frames.filter(({ source }) => source?.path.startsWith(own)).map(({ name }) => name);
}

/** The program's own frames and the labels between them. */
function outline(frames: readonly Frame[]): string[] {
  return frames
    .filter(({ source, presentationHint }) => presentationHint === 'label' || source?.path === chain)
    .map(({ name, line, presentationHint }) =>
      presentationHint === 'label' ? `-- ${name}` : `${name}:${line}`,
    );
}

describe('the stack of a later turn', () => {
  it('goes on with the functions that await it', async () => {
    const client = await stoppedAt('inner');
    expect(outline(await stackOf(client))).toEqual([
      `inner:${lineOf(chain, 'inner')}`,
      '-- await',
      `outer:${lineOf(chain, 'outer')}`,
      `main:${lineOf(chain, 'main')}`,
      '-- await',
      `(anonymous):${lineOf(chain, 'begins') + 1}`,
    ]);
  });

  it('goes on with what set the timer', async () => {
    const client = await stoppedAt('timer');
    expect(outline(await stackOf(client)).slice(0, 3)).toEqual([
      `onTimer:${lineOf(chain, 'timer')}`,
      '-- setTimeout',
      `begin:${lineOf(chain, 'begin')}`,
    ]);
  });

  it('comes in pages, with one number of frames for all', async () => {
    const client = await stoppedAt('timer');
    const all = await stackOf(client);
    const page = await client.request<{ stackFrames: Frame[]; totalFrames: number }>('stackTrace', {
      threadId: 1,
      startFrame: 1,
      levels: 3,
    });
    expect(page).toEqual({ stackFrames: all.slice(1, 4), totalFrames: all.length });
  });

  it('has no variables where the call is over: no scopes, and no expression', async () => {
    const client = await stoppedAt('timer');
    const over = (await stackOf(client)).find(({ name }) => name === 'begin');
    expect(await client.request('scopes', { frameId: over?.id })).toEqual({ scopes: [] });
    const refused = await client.ask('evaluate', { expression: '1', frameId: over?.id });
    expect(refused).toMatchObject({ success: false });
    expect(refused.message).toMatch(/a call that is over/);
    expect(await client.request('stepInTargets', { frameId: over?.id })).toEqual({ targets: [] });
  });

  it('ends with its own turn with showAsyncStacks: false', async () => {
    const client = await stoppedAt('timer', { showAsyncStacks: false });
    expect(outline(await stackOf(client))).toEqual([`onTimer:${lineOf(chain, 'timer')}`]);
  });
});

describe('the stack of the first stop, without a breakpoint', () => {
  it.each(['main', 'worker'])('at a debugger statement, goes on with what awaits (%s)', async (how) => {
    expect((await firstNames(how)).slice(0, 2)).toEqual(['inner', 'outer']);
  });

  it('at a caught exception, goes on with what awaits', async () => {
    expect((await firstNames('throws', ['all'])).slice(0, 2)).toEqual(['throwsLater', 'throwing']);
  });
});
