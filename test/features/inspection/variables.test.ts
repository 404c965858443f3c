import { describe, expect, it } from 'vitest';
import { InspectionSession } from '../support/inspectionSession.js';

describe('scopes', () => {
  it('are named, placed in their source, and carry this and what is about to be returned', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const scopes = await session.scopes();
    expect(scopes.map(({ name }) => name)).toEqual([
      ...['Block: countUp', 'Local: countUp', 'Closure (makeCounter)', 'Closure', 'Global'],
    ]);
    expect(scopes[1]).toMatchObject({ presentationHint: 'locals', expensive: false, line: 4, endLine: 29 });
    expect(scopes[1]?.source?.path).toBe(session.path);
    expect(scopes[4]?.expensive).toBe(true);
    expect((await session.scope('Block')).get('inner')).toMatchObject({
      value: "'block'",
      evaluateName: 'inner',
    });
    expect((await session.scope('Block')).get('this')?.value).toMatch(/^global \{/);
    expect((await session.scope('Closure (makeCounter)')).get('count')?.value).toBe('3');
  });

  it('tell the value that a function returns', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'return');
    await session.client.request('next', { threadId: 1 });
    await session.client.waitForEvent('stopped');
    expect(
      [...(await session.children((await session.scopes())[0])).values()].find(
        ({ name }) => name === '(return value)',
      )?.value,
    ).toBe('3');
  });
});

describe('a value of each kind', () => {
  it('is told in one line', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const kinds = await session.children(await session.evaluate('kinds'));
    const texts = Object.fromEntries([...kinds].map(([name, { value }]) => [name, value]));
    expect(texts).toMatchObject({
      plain: "{a: 1, b: 'x', c: {…}}",
      empty: '{}',
      nothing: '{}',
      list: '(3) [1, 2, 3]',
      none: '[]',
      holes: '(3) [1, empty, 3]',
      sparse: "(4294967295) [1, empty × 4294967293, 'last', -1: 'minus']",
      map: "Map(2) {'a' => 1, {…} => Array(1)}",
      set: "Set(2) {'x', {…}}",
      person: "Person {#secret: 'x', name: 'Ada'}",
      PersonClass: 'class Person',
      add: 'ƒ add(a, b)',
      arrow: '(a) => a * 2',
      later: 'async ƒ later()',
      each: 'ƒ* each()',
      bound: 'ƒ ()',
      pending: 'Promise {<pending>}',
      kept: 'Promise {<fulfilled>: 42}',
      broken: 'Promise {<rejected>: Error: why}',
      generator: 'walk {<suspended>}',
      proxy: 'Proxy(Object) {inside: 1}',
      weakMap: "WeakMap {Array(3) => 'h'}",
      weakSet: 'WeakSet {Array(3)}',
      weakRef: 'WeakRef {Array(3)}',
      noDate: 'Invalid Date',
      pattern: '/a+/giu',
      failure: 'TypeError: outer',
      boxedNumber: 'Number {3}',
      boxedString: "String {'abc'}",
      boxedBigInt: 'BigInt {7n}',
      big: '12345678901234567890n',
      minusZero: '-0',
      notANumber: 'NaN',
      control: '"tab\\t, bell\\x07, quote \'"',
      surrogate: "'lone \\ud800'",
      symbol: 'Symbol(tag)',
      buffer: 'Buffer(3) [97, 98, 99]',
      bytes: 'Uint8Array(3) [1, 2, 255]',
      arrayBuffer: 'ArrayBuffer(4)',
      shared: 'SharedArrayBuffer(4)',
      view: 'DataView(4)',
      memory: 'Memory(1)',
      foreign: '{a: Map(1)}',
      computed: '[Getter/Setter]',
      onlySet: '[Setter]',
    });
    expect(texts.long).toMatch(/^'x{10000}'\.\.\. 10000 more characters$/);
    const all = [...kinds.keys()];
    const last = ['Symbol(own)', 'Symbol(Symbol.toStringTag)', 'computed', 'onlySet', '[[Prototype]]'];
    expect(all.slice(-5)).toEqual(last);
    // Nothing of the program's has run: no trap of the proxy, no toString, no inspect.
    await session.continue();
    await session.client.waitForEvent('exited');
    expect(session.client.output('stdout')).toBe('4 trapped 0\n');
  });

  it('has a name by which it is evaluated again', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const kinds = await session.children(await session.evaluate('kinds'));
    for (const [name, { evaluateName, value }] of kinds) {
      if (name === '[[Prototype]]' || name === 'onlySet' || name === 'computed') continue;
      expect([name, await session.value(evaluateName ?? '', { context: 'watch' })]).toEqual([name, value]);
    }
    const person = await session.children(kinds.get('person'));
    expect(await session.value(person.get('#secret')?.evaluateName ?? '')).toBe("'x'");
    const entry = await session.children((await session.children(kinds.get('map'))).get('1'));
    expect(await session.value(entry.get('value')?.evaluateName ?? '')).toBe('(1) [2]');
  });

  it('shows what is inside, the engine’s own last', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const kinds = await session.children(await session.evaluate('kinds'));
    const inside = async (name: string): Promise<Record<string, string>> =>
      Object.fromEntries(
        [...(await session.children(kinds.get(name)))].map(([key, { value }]) => [key, value]),
      );
    expect(await inside('sparse')).toMatchObject({ 0: '1', 4294967294: "'last'", '-1': "'minus'" });
    expect(await inside('map')).toMatchObject({ 0: "{'a' => 1}", 1: '{{…} => Array(1)}' });
    expect(await inside('set')).toMatchObject({ 0: "'x'", 1: '{y: 1}' });
    expect(await inside('employee')).toMatchObject({ job: "'poet'", name: "'Ada'", '#secret': "'x'" });
    expect(await inside('PersonClass')).toMatchObject({ population: '1', '#secretCount': '2' });
    expect(await inside('add')).toMatchObject({
      '[[FunctionLocation]]': expect.stringMatching(/^kinds.cjs:\d+$/) as string,
    });
    expect(await inside('bound')).toMatchObject({
      '[[TargetFunction]]': 'ƒ original()',
      '[[BoundArgs]]': 'Array(1)',
    });
    expect(await inside('broken')).toMatchObject({
      '[[PromiseState]]': "'rejected'",
      '[[PromiseResult]]': 'Error: why',
    });
    expect(await inside('proxy')).toMatchObject({ '[[Target]]': 'Object', '[[Handler]]': 'Proxy(Object)' });
    const failure = await inside('failure');
    expect(failure).toMatchObject({ code: "'E_OUTER'", cause: 'RangeError: inner' });
    expect(failure.stack).toMatch(/kinds\.cjs:\d+/);
    const scopes = await session.children((await session.children(kinds.get('add'))).get('[[Scopes]]'));
    expect(scopes.size).toBeGreaterThan(1);
  });

  it('runs a getter when it is asked for, for the object that it was found on', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const kinds = await session.children(await session.evaluate('kinds'));
    const computed = kinds.get('computed');
    expect(computed?.presentationHint).toMatchObject({ lazy: true });
    expect(await session.list(computed?.variablesReference ?? 0)).toMatchObject([{ value: '3' }]);
    const employee = await session.children(kinds.get('employee'));
    const person = await session.children(
      (await session.children(employee.get('[[Prototype]]'))).get('[[Prototype]]'),
    );
    expect(await session.list(person.get('shout')?.variablesReference ?? 0)).toMatchObject([
      { value: "'Ada!'" },
    ]);
    expect(person.get('shout')?.evaluateName).toBe('kinds.employee.shout');
    const [failed] = await session.list(person.get('fails')?.variablesReference ?? 0);
    expect(failed).toMatchObject({ value: 'RangeError: no such thing', type: 'RangeError' });
  });

  it('has the getters that it inherits, to be run when they are asked for', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const kinds = await session.children(await session.evaluate('kinds'));
    const employee = await session.children(kinds.get('employee'));
    const shout = employee.get('shout');
    expect(shout).toMatchObject({ value: '[Getter/Setter]', presentationHint: { lazy: true } });
    expect(shout?.evaluateName).toBe('kinds.employee.shout');
    expect(await session.list(shout?.variablesReference ?? 0)).toMatchObject([{ value: "'Ada!'" }]);
    const names = [...employee.keys()];
    expect(names.indexOf('shout')).toBeLessThan(names.indexOf('[[Prototype]]'));
    expect(employee.has('__proto__')).toBe(false);
    const url = await session.children(await session.evaluate("new URL('http://host/path?query')"));
    expect(url.get('href')?.presentationHint).toMatchObject({ lazy: true });
    expect(await session.list(url.get('href')?.variablesReference ?? 0)).toMatchObject([
      { value: "'http://host/path?query'" },
    ]);
    const list = await session.children(await session.evaluate('new Map([[1, 2]])'));
    expect([...list.keys()]).toEqual(['0', '[[Prototype]]']);
  });

  it('says how it may be shown', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const kinds = await session.children(await session.evaluate('kinds'));
    const hint = (of: Map<string, { presentationHint?: object }>, name: string) =>
      of.get(name)?.presentationHint;
    expect(hint(kinds, 'plain')).toEqual({ kind: 'property', visibility: 'public' });
    expect(hint(kinds, 'add')).toEqual({ kind: 'method', visibility: 'public' });
    expect(hint(kinds, 'PersonClass')).toEqual({ kind: 'class', visibility: 'public' });
    expect(hint(kinds, '[[Prototype]]')).toEqual({ kind: 'virtual', visibility: 'internal' });
    expect(hint(await session.children(kinds.get('person')), '#secret')).toMatchObject({
      visibility: 'private',
    });
    expect(hint(await session.children(kinds.get('frozen')), 'fixed')).toMatchObject({
      attributes: ['readOnly'],
    });
    expect(hint(await session.children(kinds.get('PersonClass')), 'population')).toMatchObject({
      attributes: ['static'],
    });
  });

  it('is told in hexadecimal where that is asked for', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const format = { hex: true };
    expect(await session.value('255', { format })).toBe('0xff');
    expect(await session.value('[-16, 1.5, 10n]', { format })).toBe('(3) [-0x10, 1.5, 0xan]');
    const bytes = await session.children(await session.evaluate('kinds.bytes'), { format });
    expect(bytes.get('2')?.value).toBe('0xff');
  });

  it('is not there yet before its module has run', async () => {
    const session = await InspectionSession.stoppedAt('early.mjs', 'early', {}, 'looksEarly.mjs');
    const module = await session.children((await session.scope('Module')).get('early'));
    expect([...module].map(([name, { value }]) => [name, value])).toEqual(
      expect.arrayContaining([
        ['hoisted', 'ƒ hoisted()'],
        ['late', '<not available>'],
      ]),
    );
  });

  it('of a function tells where it is written', async () => {
    const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
    const { valueLocationReference } = await session.evaluate('kinds.add');
    const place = await session.client.request('locations', { locationReference: valueLocationReference });
    expect(place).toMatchObject({ source: { path: session.path }, line: 66 });
    const { valueLocationReference: native } = await session.evaluate('[].push');
    expect(await session.refusal('locations', { locationReference: native })).toMatch(/no source/);
  });
});

describe('very many variables', () => {
  it('come in pages, each about as quick as one of a few', async () => {
    const session = await InspectionSession.stoppedAt('big.cjs', 'big');
    const best = async (expression: string, range: object): Promise<number> => {
      const { variablesReference } = await session.evaluate(expression);
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const begin = performance.now();
        expect(await session.list(variablesReference, range)).toHaveLength(100);
        times.push(performance.now() - begin);
      }
      return Math.min(...times);
    };
    const page = (start: number): object => ({ filter: 'indexed', start, count: 100 });
    const few = await best('small', page(0));
    const times = {
      'array, begin': await best('large', page(0)),
      'array, end': await best('large', page(99_900)),
      'typed array, end': await best('bytes', page(999_900)),
      'Map, end': await best('map', page(99_900)),
      'object, end': await best('wide', { filter: 'named', start: 9_800, count: 100 }),
    };
    const ratios = Object.entries(times).map(([name, ms]) => `${name} ${(ms / few).toFixed(2)}`);
    console.log(`page of 100 elements of 100: ${few.toFixed(1)} ms; as ratios to it: ${ratios.join(', ')}`);
    // Reading all of it takes hundreds of times as long.
    for (const ms of Object.values(times)) expect(ms).toBeLessThan(10 * few + 50);
  });

  it('come in parts to a client that does not ask for pages', async () => {
    const session = await InspectionSession.stoppedAt('big.cjs', 'big');
    const parts = await session.children(await session.evaluate('large'));
    expect([...parts.keys()].slice(0, 2)).toEqual(['[0 … 999]', '[1000 … 1999]']);
    expect(parts.size).toBe(100 + 2);
    const part = await session.children(parts.get('[99000 … 99999]'));
    expect(part.get('99999')).toMatchObject({ value: '{index: 99999}', evaluateName: 'large[99999]' });
    const wide = await session.children(await session.evaluate('wide'));
    expect([...wide.keys()].at(0)).toBe('key0 … key99');
    const some = await session.children(wide.get('key9900 … key9999'));
    expect([some.size, some.get('key9999')?.evaluateName]).toEqual([100, 'wide.key9999']);
    expect(wide.has('[[Prototype]]')).toBe(true);
  });

  it('do not slow down stepping', async () => {
    const session = await InspectionSession.stoppedAt('big.cjs', 'big');
    const begin = performance.now();
    await session.client.request('next', { threadId: 1 });
    await session.client.waitForEvent('stopped');
    const [scope] = await session.scopes();
    const locals = await session.children(scope);
    const took = performance.now() - begin;
    console.log(
      `a step, the stack, the scopes and their variables with all that in scope: ${took.toFixed(0)} ms`,
    );
    expect(locals.get('wide')?.value).toMatch(/^\{key0: \{…\}, .*…\}$/);
    expect(took).toBeLessThan(2_000);
  });
});

describe('a collection', () => {
  it.each(['list', 'map', 'set', 'bytes', 'buffer'])(
    'lists its elements before its other properties: %s',
    async (name) => {
      const session = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
      const value = (await session.children(await session.evaluate('kinds'))).get(name);
      expect(value).not.toHaveProperty('indexedVariables');
      const names = (await session.list(value?.variablesReference ?? 0)).map(({ name: one }) => one);
      const elements = names.filter((one) => /^\d+$/.test(one));
      expect(names.slice(0, elements.length)).toEqual(elements);
      expect(names.at(-1)).toBe('[[Prototype]]');
    },
  );
});
