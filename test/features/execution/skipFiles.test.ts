import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { resumeToStop, stackOf, nextStop } from '../support/stops.js';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/skipFiles/${name}`, import.meta.url));
}

const main = fixture('main.cjs');
const helpers = fixture('lib/helpers.cjs');
const deep = fixture('lib/nested/deep.cjs');
const packages = fixture('packages/pack.cjs');

async function stoppedAt(place: string, skipFiles: string[], launch: object = {}): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start({ program: main, skipFiles, ...launch }, { [main]: [lineOf(main, place)] });
  await nextStop(client);
  await client.request('setBreakpoints', { source: { path: main }, breakpoints: [] });
  return client;
}

/** Steps into the call at a place of the main file. @returns the place of the next stop */
async function stepsInto(place: string, skipFiles: string[], launch: object = {}): Promise<string> {
  return resumeToStop(await stoppedAt(place, skipFiles, launch), 'stepIn');
}

describe('skipFiles', () => {
  it('has a step into what is skipped pass through to the callback that it is given', async () => {
    const client = await stoppedAt('each', ['**/lib/**']);
    expect(await resumeToStop(client, 'stepIn')).toBe(`own:${lineOf(main, 'own')}`);
    const [own, each, caller] = await stackOf(client);
    expect(own?.source?.origin).toBeUndefined();
    expect(each).toMatchObject({
      name: expect.stringMatching(/each/) as string,
      presentationHint: 'subtle',
      source: { path: helpers, presentationHint: 'deemphasize', origin: 'skipped by skipFiles' },
    });
    expect(caller?.presentationHint).toBeUndefined();
    expect(await resumeToStop(client, 'stepOut')).toMatch(/^\(anonymous\):/);
  });

  it('has a step into what is skipped, and calls nothing back, arrive on the next line', async () => {
    const arrived = `(anonymous):${lineOf(main, 'pack')}`;
    expect(await stepsInto('deep', ['**/lib/**'])).toBe(arrived);
    expect(await stepsInto('deep', [`${dirname(helpers)}/**`])).toBe(arrived);
    expect(await stepsInto('deep', ['lib/**'], { cwd: dirname(main) })).toBe(arrived);
  });

  it('takes back by ! what an earlier pattern skips', async () => {
    expect(await stepsInto('deep', ['**/lib/**', '!**/nested/*.cjs'])).toMatch(/deep:\d+$/);
    expect(await stepsInto('deep', ['!**/nested/*.cjs', '**/lib/**'])).toMatch(/^\(anonymous\):/);
  });

  it('skips packages', async () => {
    expect(await stepsInto('pack', ['**/packages/**'])).toBe(`own:${lineOf(main, 'own')}`);
    expect(await stepsInto('pack', [])).toMatch(/pack:\d+$/);
    expect(packages).toMatch(/packages/);
  });

  it('passes by node’s own modules with no pattern, and enters them where they are taken back', async () => {
    const client = await stoppedAt('end', []);
    await resumeToStop(client, 'stepIn');
    expect((await stackOf(client))[0]?.source?.path).toBe(main);
    const [entered] = await stackOf(await steppedIntoNode());
    expect(entered?.source?.path).toMatch(/^node:/);
    expect(entered?.source?.origin).not.toBe('skipped by skipFiles');
  });

  it('leaves breakpoints where they are', async () => {
    const client = await stoppedAt('each', ['**/lib/**']);
    await client.request('setBreakpoints', {
      source: { path: deep },
      breakpoints: [{ line: lineOf(deep, 'in deep') }],
    });
    await client.request('continue', { threadId: 1 });
    expect(await nextStop(client)).toMatch(new RegExp(`deep:${lineOf(deep, 'in deep')}$`));
  });
});

async function steppedIntoNode(): Promise<DapClient> {
  const client = await stoppedAt('end', ['!<node_internals>/**']);
  for (let at = await resumeToStop(client, 'stepIn'); at.startsWith('(anonymous)');)
    at = await resumeToStop(client, 'stepIn');
  return client;
}

describe('a file that is toggled while the program runs', () => {
  const source = { path: helpers };

  it('is skipped by steps from then on, and its frames say so', async () => {
    const client = await stoppedAt('each', []);
    expect(await client.request('toggleSkipFileStatus', { source })).toEqual({ skipped: true });
    expect(await client.waitForEvent('invalidated')).toEqual({ areas: ['stacks'] });
    expect(await resumeToStop(client, 'stepIn')).toBe(`own:${lineOf(main, 'own')}`);
    expect((await stackOf(client))[1]).toMatchObject({ presentationHint: 'subtle', source });
  });

  it('is entered again, against the patterns, at the same stop', async () => {
    const client = await stoppedAt('each', ['**/lib/**']);
    await resumeToStop(client, 'stepIn');
    expect((await stackOf(client))[1]?.presentationHint).toBe('subtle');
    expect(await client.request('toggleSkipFileStatus', { source })).toEqual({ skipped: false });
    expect((await stackOf(client))[1]?.presentationHint).toBeUndefined();
    expect(await resumeToStop(client, 'stepOut')).toMatch(/each/);
  });

  it('is told which way, as often as one likes', async () => {
    const client = await stoppedAt('each', []);
    for (const skip of [true, true, false, false]) {
      expect(await client.request('toggleSkipFileStatus', { source, skip })).toEqual({ skipped: skip });
    }
    expect(await resumeToStop(client, 'stepIn')).toMatch(/each/);
  });

  it('has a path', async () => {
    const client = await stoppedAt('each', []);
    expect(await client.ask('toggleSkipFileStatus', { source: {} })).toMatchObject({
      success: false,
      message: expect.stringContaining('"path" is missing') as string,
    });
  });
});
