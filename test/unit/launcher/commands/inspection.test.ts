import { describe, expect, it } from 'vitest';
import { AdapterStandIn } from '../../../support/launcher/adapterStandIn.js';
import { lineOf, program } from '../../../support/launcher/programs.js';
import { posix } from '../../../support/platform.js';

const shop = program('shop.cjs');

async function stoppedAt(mark: string): Promise<AdapterStandIn> {
  const adapter = await AdapterStandIn.initialized({ args: ['--program', shop] });
  await adapter.runTo(shop, lineOf(shop, mark));
  return adapter;
}

describe('the stack', () => {
  it('is given whole or in parts, node’s own frames marked', async () => {
    await using adapter = await stoppedAt('add');
    const whole = await adapter.ask<{
      stackFrames: { id: number; name: string; presentationHint?: string }[];
    }>('stackTrace', { threadId: 1 });
    expect(whole.stackFrames.slice(0, 3).map(({ name }) => name)).toEqual([
      'Basket.add',
      'fill',
      '(anonymous)',
    ]);
    expect(whole.stackFrames[3]?.presentationHint).toBe('subtle');
    const part = await adapter.ask('stackTrace', { threadId: 1, startFrame: 1, levels: 2 });
    expect(part).toEqual({
      stackFrames: whole.stackFrames.slice(1, 3),
      totalFrames: whole.stackFrames.length,
    });
  });
});

describe('scopes', () => {
  it('are named, from the innermost to the globals, which alone are expensive', async () => {
    await using adapter = await stoppedAt('loop');
    const { id } = await adapter.topFrame();
    const { scopes } = await adapter.ask<{ scopes: { name: string; expensive: boolean }[] }>('scopes', {
      frameId: id,
    });
    expect(scopes.map(({ name }) => name)).toEqual([
      'Block: fill',
      'Block: fill',
      'Local: fill',
      'Closure',
      'Global',
    ]);
    expect(scopes.map(({ expensive }) => expensive)).toEqual([false, false, false, false, true]);
  });

  it('carry this and the value about to be returned', async () => {
    await using adapter = await stoppedAt('add');
    expect((await adapter.locals()).get('this')).toMatchObject({ type: 'Basket', evaluateName: 'this' });
    await adapter.ask('stepOut');
    await adapter.event('stopped');
  });
});

describe('variables', () => {
  it('show values of every kind for people', async () => {
    await using adapter = await stoppedAt('end');
    const kinds = (await adapter.locals()).get('kinds');
    expect(kinds).toMatchObject({ type: 'Object', evaluateName: 'kinds' });
    const values = await adapter.variables(kinds?.variablesReference ?? 0);
    const shown = Object.fromEntries(
      [...values].map(([name, { value, type }]) => [name, `${value} : ${type}`]),
    );
    expect(shown).toMatchObject({
      text: `"it's" : string`,
      none: 'null : null',
      missing: 'undefined : undefined',
      big: '12n : bigint',
      day: expect.stringMatching(/^Thu Jan 01 1970 .* : Date$/) as string,
      list: expect.stringMatching(/^\(2500\) \[0, 1, 2, .*…\] : Array$/) as string,
      failure: 'RangeError: too far : RangeError',
      pattern: '/a+/g : RegExp',
      'odd name': 'true : boolean',
      call: 'ƒ call(first, second) : function',
      nested: '{deep: {…}} : Object',
      bytes: expect.stringMatching(/^Uint8Array\(3\)|^\(3\)/) as string,
    });
    expect(values.get('odd name')?.evaluateName).toBe('kinds["odd name"]');
    expect(values.get('text')?.variablesReference).toBe(0);
    expect(values.has('[[Prototype]]')).toBe(true);
  });

  it('show private members, getters uncalled, and the entries of a Map', async () => {
    await using adapter = await stoppedAt('end');
    const basket = await adapter.variables((await adapter.locals()).get('basket')?.variablesReference ?? 0);
    expect(basket.get('#secret')?.value).toBe("'receipt'");
    expect(basket.get('items')?.value).toBe("Map(3) {'bolt' => 1, 'nut' => 2, 'gear' => 3}");
    const items = await adapter.variables(basket.get('items')?.variablesReference ?? 0);
    expect(items.get('0')?.value).toBe("{'bolt' => 1}");
    const prototype = await adapter.variables(basket.get('[[Prototype]]')?.variablesReference ?? 0);
    expect(prototype.get('total')?.value).toBe('[Getter]');
  });

  it('of a long array come in pages, and never all at once', async () => {
    await using adapter = await stoppedAt('end');
    const kinds = await adapter.variables((await adapter.locals()).get('kinds')?.variablesReference ?? 0);
    const list = kinds.get('list');
    expect(list?.indexedVariables).toBe(2500);
    const reference = list?.variablesReference ?? 0;
    const page = await adapter.variables(reference, { filter: 'indexed', start: 2490, count: 100 });
    expect([...page.keys()]).toEqual(Array.from({ length: 10 }, (_, index) => String(2490 + index)));
    expect(page.get('2495')).toMatchObject({ value: '2495', evaluateName: 'kinds.list[2495]' });
    const named = await adapter.variables(reference, { filter: 'named' });
    expect([...named.keys()]).toEqual(['length', '[[Prototype]]']);
    const all = await adapter.variables(reference);
    expect(all.size).toBe(25 + 2);
    const last = await adapter.variables(all.get('[2400 … 2499]')?.variablesReference ?? 0);
    expect([last.size, last.get('2499')?.evaluateName]).toEqual([100, 'kinds.list[2499]']);
  });
});

describe('evaluate', () => {
  it('sees the frame’s variables, and gives objects that can be opened', async () => {
    await using adapter = await stoppedAt('loop');
    const { id } = await adapter.topFrame();
    const result = await adapter.ask<{ result: string; variablesReference: number }>('evaluate', {
      expression: '({ name, next: index + 1 })',
      frameId: id,
    });
    expect(result.result).toBe("{name: 'bolt', next: 1}");
    const members = await adapter.variables(result.variablesReference);
    expect(members.get('next')).toMatchObject({
      value: '1',
      evaluateName: '(({ name, next: index + 1 })).next',
    });
  });

  it('gives the text of what was thrown', async () => {
    await using adapter = await stoppedAt('loop');
    const { id } = await adapter.topFrame();
    const texts = [];
    for (const expression of ['nothing', 'null.x', '(() => { throw "text" })()', 'names.push(']) {
      texts.push((await adapter.request('evaluate', { expression, frameId: id })).message);
    }
    expect(texts).toEqual([
      'ReferenceError: nothing is not defined',
      "TypeError: Cannot read properties of null (reading 'x')",
      "Uncaught 'text'",
      expect.stringMatching(/^SyntaxError: /),
    ]);
  });

  it('for a hover changes nothing, and does not wait for ever', async () => {
    await using adapter = await stoppedAt('loop');
    const frameId = (await adapter.topFrame()).id;
    const hover = (expression: string) =>
      adapter.request('evaluate', { expression, frameId, context: 'hover' });
    expect((await hover('names.length')).body).toMatchObject({ result: '3' });
    expect((await hover('names.push("x")')).message).toMatch(/side-effect/);
    expect((await hover('(() => { for (;;); })()')).success).toBe(false);
    expect((await hover('names.length')).body).toMatchObject({ result: '3' });
  });

  it('does not keep other commands waiting', async () => {
    await using adapter = await stoppedAt('loop');
    const { id } = await adapter.topFrame();
    const endless = adapter.request('evaluate', { expression: '(() => { for (;;); })()', frameId: id });
    expect(await adapter.ask('threads')).toEqual({ threads: [{ id: 1, name: 'main' }] });
    await adapter.ask('terminate');
    expect((await endless).message).toBe('the program is being ended');
    expect(await adapter.process.end()).toMatchObject(posix ? { signal: 'SIGTERM' } : { code: 1 });
  });
});
