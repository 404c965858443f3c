import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../../../src/trace/format/traceFormat.js';
import { compareAnswers, compareEvents } from '../../../../src/trace/replay/compareAnswers.js';
import { IdMap } from '../../../../src/trace/replay/idMap.js';
import { minimise } from '../../../../src/trace/replay/minimise.js';

describe('answers', () => {
  const ok = (body: unknown) => ({ success: true, body });
  it.each<[string, object, object]>([
    ['ids, times and texts', ok({ id: 1, at: 5, name: 'a' }), ok({ id: 2, at: 6, name: 'b' })],
    ['the number of members', ok({ list: [{ a: 1 }] }), ok({ list: [{ a: 2 }, { a: 3 }] })],
    ['the reason of a failure', { success: false, message: 'a' }, { success: false, message: 'b' }],
  ])('are the same in kind whatever %s', (_, recorded, live) => {
    expect(compareAnswers(recorded as Record<string, unknown>, live as Record<string, unknown>)).toEqual([]);
  });

  it.each<[object, object, RegExp]>([
    [ok({}), { success: false, message: 'no' }, /^it succeeds in the recording, and it fails \(no\) now$/],
    [ok({ a: 1 }), ok({}), /^body\.a is a value of type number in the recording, and missing now$/],
    [ok({ a: [{ b: 1 }] }), ok({ a: [{ b: '1' }] }), /^body\.a\[0\]\.b is .*number .* string now$/],
    [ok({ a: [1] }), ok({ a: [] }), /^body\.a has 1 members in the recording, and 0 now$/],
  ])('differ: %j and %j', (recorded, live, expected) => {
    const [difference] = compareAnswers(recorded as Record<string, unknown>, live as Record<string, unknown>);
    expect(difference).toMatch(expected);
  });
});

it('events differ by their names, and stops by their reason', () => {
  const stop = (reason: string) => ({ event: 'stopped', body: { reason } });
  expect(compareEvents([stop('entry')], [stop('entry')])).toEqual([]);
  expect(compareEvents([stop('entry')], [stop('step')])).toEqual([
    expect.stringContaining('stopped (entry)'),
  ]);
  expect(compareEvents([stop('entry')], [])).toEqual([expect.stringContaining('no further one now')]);
});

it('ids of the recording become those of the live adapter', () => {
  const ids = new IdMap();
  ids.learn({ stackFrames: [{ id: 1 }, { id: 2 }] }, { stackFrames: [{ id: 11 }, { id: 12 }] });
  ids.learn({ scopes: [{ variablesReference: 3 }] }, { scopes: [{ variablesReference: 13 }] });
  expect(ids.translate({ frameId: 2, variablesReference: 3, count: 2 })).toEqual({
    ...{ frameId: 12, variablesReference: 13, count: 2 },
  });
});

describe('the shortest recording', () => {
  const entries: TraceEntry[] = ['initialize', 'launch', 'a', 'b', 'c', 'd', 'e', 'f'].flatMap(
    (name, seq) => {
      const entry = {
        time: 0,
        mono: seq,
        session: '1',
        side: 'adapter',
        link: 'client',
        name,
        message: {},
      } as const;
      return [
        { ...entry, kind: 'request', direction: 'received', seq },
        { ...entry, kind: 'response', direction: 'sent', of: seq },
      ];
    },
  );
  const namesOf = (list: readonly TraceEntry[]) => list.map(({ kind, name }) => `${kind} ${name}`);

  it('has the beginning that is needed, and of that the requests that are', async () => {
    const least = await minimise(entries, async (list) => {
      const names = namesOf(list);
      return Promise.resolve(names.includes('response b') && names.includes('request d'));
    });
    expect(namesOf(least ?? [])).toEqual([
      ...['request initialize', 'response initialize', 'request launch', 'response launch'],
      ...['request b', 'response b', 'request d'],
    ]);
  });

  it('is none if the whole does not show it', async () => {
    expect(await minimise(entries, () => Promise.resolve(false))).toBeUndefined();
  });
});
