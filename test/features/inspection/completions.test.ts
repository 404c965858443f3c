import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { InspectionSession } from '../support/inspectionSession.js';

type Item = DebugProtocol.CompletionItem;

async function complete(session: InspectionSession, text: string, rest: object = {}): Promise<Item[]> {
  const column = text.length + 1;
  const args = { text, column, frameId: (await session.frame()).id, ...rest };
  return (await session.client.request<{ targets: Item[] }>('completions', args)).targets;
}

const labels = (items: Item[]): string[] => items.map(({ label }) => label);

describe('completions', () => {
  it('name members, own ones and those of prototypes, of objects and primitives', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    expect(labels(await complete(session, 'kinds.per'))).toEqual(['person']);
    expect(labels(await complete(session, 'kinds.employee.'))).toEqual(
      expect.arrayContaining(['name', 'job', 'shout', 'hear', 'hasOwnProperty']),
    );
    expect(labels(await complete(session, "'text'.toUp"))).toEqual(['toUpperCase']);
    expect(labels(await complete(session, 'kinds.list[0].toF'))).toEqual(['toFixed']);
    expect(labels(await complete(session, "kinds['plain'].c."))).toContain('d');
    const [odd] = await complete(session, 'kinds.odd');
    expect(odd).toMatchObject({ label: 'odd name', text: "['odd name']", start: 5, length: 4 });
    const [quoted] = await complete(session, 'kinds["od');
    expect(quoted).toMatchObject({ text: '["odd name"]', start: 5, length: 4 });
    expect(labels(await complete(session, 'kinds?.pla'))).toEqual(['plain']);
  });

  it('name what is in scope, globals and keywords', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const all = labels(await complete(session, ''));
    expect(all).toEqual(expect.arrayContaining(['first', 'kinds', 'trapped', 'process', 'Map']));
    expect(labels(await complete(session, 'typ'))).toContain('typeof');
    expect(labels(await complete(session, 'pro', { frameId: undefined }))).toContain('process');
  });

  it('stand where the cursor is, also in the middle of a line, and in several', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const text = 'const a = 1;\nfoo(kinds.emp, 2)';
    const [item] = await complete(session, text, { line: 2, column: 'foo(kinds.emp'.length + 1 });
    const start = text.indexOf('emp');
    expect(item).toMatchObject({ label: 'empty', start, length: 3 });
  });

  it('have the types of the values', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const found = await complete(session, 'kinds.person.');
    const details = Object.fromEntries(found.map(({ label, detail }) => [label, detail]));
    expect(details).toMatchObject({ name: 'string', shout: 'getter', hear: 'function' });
  });

  it('go on behind calls that change nothing', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    expect(labels(await complete(session, 'kinds.list.slice(1).len'))).toEqual(['length']);
    expect(labels(await complete(session, 'String(kinds.list[0 + 1]).toUp'))).toEqual(['toUpperCase']);
    expect(await complete(session, 'kinds.list.push(4).')).toEqual([]);
    expect(await complete(session, 'kinds.list.slice(1.')).toEqual([]);
    expect(labels(await complete(session, 'kinds.list.len'))).toEqual(['length']);
  });

  it('run nothing: no getter, no call, no trap', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    expect(await complete(session, 'kinds.computed.')).toEqual([]);
    expect(await complete(session, 'stop().')).toEqual([]);
    expect(await complete(session, '(kinds.list.length = 0).')).toEqual([]);
    await complete(session, 'kinds.proxy.');
    await session.continue();
    await session.client.waitForEvent('exited');
    expect(session.client.output('stdout')).toBe('4 trapped 0\n');
  });

  it('are as many as one looks at, of an object with 10,000 properties', async () => {
    const session = await InspectionSession.stoppedAt('big.cjs', 'big');
    expect(await complete(session, 'wide.key')).toHaveLength(1_000);
    expect(labels(await complete(session, 'wide.key9999'))).toEqual(['key9999']);
  });
});
