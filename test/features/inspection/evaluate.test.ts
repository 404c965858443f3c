import { describe, expect, it } from 'vitest';
import { lineOf } from '../../support/programs.js';
import { InspectionSession } from '../support/inspectionSession.js';

describe('evaluate in a frame', () => {
  it('takes what a person types for what it looks like', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const repl = { context: 'repl' };
    expect(await session.value('{a: 1, b: [1]}', repl)).toBe('{a: 1, b: Array(1)}');
    expect(await session.value('let x = 2;\nx * count', repl)).toBe('6');
    expect(await session.value("require('node:path').basename('/a/b')", repl)).toBe("'b'");
    expect(await session.value('{ count }', repl)).toBe('{count: 3}');
    expect(
      await session.refusal('evaluate', {
        expression: 'throw new Error("no")',
        ...repl,
        frameId: (await session.frame()).id,
      }),
    ).toBe('Error: no');
  });

  it('shows in the scopes what it changes', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    await session.value('before = 77, count += 1', { context: 'repl' });
    expect((await session.scope('Local')).get('before')?.value).toBe('77');
    expect((await session.scope('Closure (makeCounter)')).get('count')?.value).toBe('4');
  });

  it.each(['continue', 'next', 'stepIn', 'stepOut'])(
    'is answered in the stop that it was asked in, with a %s right behind it',
    async (resuming) => {
      const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
      const { client } = session;
      const frameId = (await session.frame()).id;
      const expressions = ['count', 'count += 1', 'require("node:path").basename("/a/b")', 'count'];
      const asked = [
        ...expressions.map((expression) => client.send('evaluate', { expression, frameId, context: 'repl' })),
        client.send('scopes', { frameId }),
        client.send('stackTrace', { threadId: 1 }),
      ];
      await client.request(resuming, { threadId: 1 });
      const answers = await Promise.all(asked.map((seq) => client.responseTo(seq)));
      expect(answers.map(({ success, message }) => message ?? success)).toEqual(asked.map(() => true));
    },
  );

  it('gives a promise for what is awaited, which can be looked at later', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const promise = await session.evaluate('await Promise.resolve(count)', { context: 'repl' });
    expect(promise.result).toBe('Promise {<pending>}');
    const breakpoints = [{ line: lineOf(session.path, 'returned') }];
    await session.client.request('setBreakpoints', { source: { path: session.path }, breakpoints });
    await session.continue();
    await session.client.waitForEvent('stopped');
    expect((await session.children(promise)).has('[[PromiseState]]')).toBe(true);
  });

  it('for the clipboard gives all of a value', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const copy = { context: 'clipboard' };
    expect(await session.value("'it\\'s\\n'", copy)).toBe("it's\n");
    const deep = await session.value('({ a: { b: { c: { d: { e: [1] } } } } })', copy);
    expect(deep.replace(/\s+/g, ' ')).toBe('{ a: { b: { c: { d: { e: [ 1 ] } } } } }');
    expect(await session.value('kinds.long', copy)).toHaveLength(20_000);
    expect((await session.value('globalThis', copy)).length).toBeLessThan(1_000_100);
    expect(await session.value('kinds.hostile', copy)).toMatch(/toString/);
    await session.value('kinds', copy);
    await session.continue();
    await session.client.waitForEvent('exited');
    expect(session.client.output('stdout')).toBe('4 trapped 0\n');
  });
});

describe('evaluate while the program runs', () => {
  it('awaits, declares again, and gives what can be opened', async () => {
    const session = await InspectionSession.running('runs.cjs');
    const { client } = session;
    await client.waitForEvent('output', () => client.output('stdout').includes('ready'));
    const value = async (expression: string): Promise<string> =>
      (await client.request<{ result: string }>('evaluate', { expression, context: 'repl' })).result;
    expect(await value('await new Promise((resolve) => setTimeout(resolve, 10, 5))')).toBe('5');
    expect(await value('const again = 1')).toBe('undefined');
    expect(await value('const again = 2; again')).toBe('2');
    expect(await value("(await import('node:path')).sep")).toBe("'/'");
    expect(await value('{a: 1}')).toBe('{a: 1}');
    const shared = await client.request<{ variablesReference: number }>('evaluate', { expression: 'shared' });
    const list = (await session.children(shared)).get('list');
    expect(list?.value).toBe('(3) [1, 2, 3]');
    expect((await session.children(list)).get('2')?.value).toBe('3');
    expect(
      await client.ask('evaluate', { expression: 'await Promise.reject(new Error("late"))' }),
    ).toMatchObject({
      success: false,
      message: 'Error: late',
    });
    await value('finish()');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });

  it('keeps what the prompt gave in sight when the program goes on', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const kept = await session.evaluate('target', { context: 'repl' });
    const passing = await session.evaluate('target', { context: 'watch' });
    await session.client.request('next', { threadId: 1 });
    await session.client.waitForEvent('stopped');
    expect((await session.children(kept)).get('text')?.value).toBe("'old'");
    const stale = { variablesReference: passing.variablesReference };
    expect(await session.refusal('variables', stale)).toMatch(/earlier stop/);
  });

  it('is answered by a program that never gives way', async () => {
    const session = await InspectionSession.running('busy.cjs');
    const { client } = session;
    await client.waitForEvent('output', () => client.output('stdout').includes('busy'));
    const kept = await client.request<{ result: string; variablesReference: number }>('evaluate', {
      expression: 'shared',
    });
    expect(kept.result).toBe('{list: Array(3), done: false}');
    expect((await session.children(kept)).get('list')?.value).toBe('(3) [1, 2, 3]');
    const set = { variablesReference: kept.variablesReference, name: 'done', value: '!shared.done' };
    expect(await client.request('setVariable', set)).toMatchObject({ value: 'true' });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });
});
