import { describe, expect, it } from 'vitest';
import { InspectionSession } from '../support/inspectionSession.js';

async function set(
  session: InspectionSession,
  of: { variablesReference: number } | undefined,
  name: string,
  value: string,
) {
  const args = { variablesReference: of?.variablesReference, name, value };
  return (await session.client.request<{ value: string }>('setVariable', args)).value;
}

async function refused(
  session: InspectionSession,
  of: { variablesReference: number } | undefined,
  name: string,
  value: string,
): Promise<string> {
  return await session.refusal('setVariable', { variablesReference: of?.variablesReference, name, value });
}

describe('setVariable', () => {
  it('changes variables of scopes, which the program and every view see', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const [block, local, closure] = await session.scopes();
    expect(await set(session, block, 'inner', "'longer ' + inner")).toBe("'longer block'");
    expect(await set(session, local, 'before', '100')).toBe('100');
    expect(await set(session, closure, 'count', '50')).toBe('50');
    expect((await session.children(local)).get('before')?.value).toBe('100');
    expect((await session.children(closure)).get('count')?.value).toBe('50');
    expect(await session.value('count + before')).toBe('150');
    expect(await refused(session, local, 'before', 'nowhere')).toMatch(/nowhere is not defined/);
    await session.continue();
    await session.client.waitForEvent('exited');
    expect(session.client.output('stdout')).toMatch(/^50 112 kept old 1 0,0 10 1/);
  });

  it('changes properties, elements, Map values and private members, and runs setters', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const locals = await session.scope('Local');
    const target = locals.get('target');
    const inside = await session.children(target);
    expect(await set(session, target, 'text', '"new"')).toBe("'new'");
    expect(await set(session, inside.get('list'), '1', '{a: 1}')).toBe('{a: 1}');
    expect(await set(session, inside.get('map'), '0', '7')).toBe('7');
    const entry = (await session.children(inside.get('map'))).get('0');
    expect(await set(session, entry, 'value', '8')).toBe('8');
    expect(await refused(session, entry, 'key', '8')).toMatch(/key .* cannot be changed/);
    expect(await refused(session, inside.get('set'), '0', '8')).toMatch(/cannot be changed/);
    // The number does not fit into a byte.
    expect(await set(session, locals.get('bytes'), '0', '300')).toBe('44');
    expect(await set(session, locals.get('account'), '#balance', '20')).toBe('20');
    const prototype = (await session.children(locals.get('account'))).get('[[Prototype]]');
    expect(await set(session, prototype, 'doubled', '84')).toBe('84');
    expect(await refused(session, locals.get('frozen'), 'fixed', '2')).toMatch(/read only property 'fixed'/);
    expect(await refused(session, target, '[[Prototype]]', 'null')).toMatch(/cannot be changed/);
    await session.continue();
    await session.client.waitForEvent('exited');
    expect(session.client.output('stdout')).toMatch(/kept new 8 44,0 84 1/);
  });

  it('gives a long string back as it is', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const target = (await session.scope('Local')).get('target');
    await set(session, target, 'text', "'y'.repeat(30_000) + 'z'");
    expect(await session.value('target.text', { context: 'clipboard' })).toBe(`${'y'.repeat(30_000)}z`);
  });
});

describe('setExpression', () => {
  it('changes whatever can be assigned to, and tells what it has become', async () => {
    const session = await InspectionSession.stoppedAt('scopes.cjs', 'scopes');
    const frameId = (await session.frame()).id;
    const change = (expression: string, value: string) =>
      session.client.request('setExpression', { expression, value, frameId });
    expect(await change('target.list[0]', '{b: 2}')).toMatchObject({ value: '{b: 2}', type: 'Object' });
    expect(await change('bytes[1]', '257')).toMatchObject({ value: '1' });
    expect(await change('account.#balance', '3')).toMatchObject({ value: '3' });
    expect(await change('count', '9')).toMatchObject({ value: '9' });
    expect((await session.scope('Closure (makeCounter)')).get('count')?.value).toBe('9');
    const refused = (expression: string) =>
      session.refusal('setExpression', { expression, value: '1', frameId });
    expect(await refused('limit')).toMatch(/Assignment to constant variable/);
    expect(await refused('count + 1')).toMatch(/Invalid left-hand side/);
    expect(await refused('missing.name')).toMatch(/missing is not defined/);
  });
});
