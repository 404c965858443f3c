import { describe, expect, it } from 'vitest';
import { AdapterStandIn } from '../../../support/launcher/adapterStandIn.js';
import { lineOf, program } from '../../../support/launcher/programs.js';

const shop = program('shop.cjs');
const CANCELLED = { success: false, message: 'cancelled' };

/** Starts a program and waits until it is paused. */
async function stopped(): Promise<AdapterStandIn> {
  const adapter = await AdapterStandIn.initialized({ args: ['--program', shop] });
  await adapter.runTo(shop, lineOf(shop, 'loop'));
  return adapter;
}

function responsesTo(adapter: AdapterStandIn, id: number): number {
  return adapter.messages.filter((message) => message.event === 'response' && message.id === id).length;
}

describe('cancel', () => {
  it('ends an expression that would never end, and the program stands and goes on as before', async () => {
    await using adapter = await stopped();
    const { id: frameId } = await adapter.topFrame();
    const endless = await adapter.sendRequest('evaluate', { expression: 'while (true) {}', frameId });
    expect(await adapter.request('cancel', { requestId: endless.id })).toMatchObject({ success: true });
    expect(await endless.response).toMatchObject(CANCELLED);
    expect(await adapter.ask('evaluate', { expression: '6 * 7', frameId })).toMatchObject({ result: '42' });
    expect((await adapter.topFrame()).line).toBe(lineOf(shop, 'loop'));
    expect((await adapter.locals()).size).toBeGreaterThan(0);
    await adapter.ask('next');
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'step' });
    await adapter.ask('setBreakpoints', { source: { path: shop }, breakpoints: [] });
    await adapter.ask('continue');
    expect(await adapter.process.end()).toMatchObject({ code: 3 });
    expect(responsesTo(adapter, endless.id)).toBe(1);
  });

  it('drops a command that still waits: it is never done', async () => {
    await using adapter = await stopped();
    const { id: frameId } = await adapter.topFrame();
    const endless = await adapter.sendRequest('evaluate', { expression: 'for (;;) {}', frameId });
    const atWork = await adapter.sendRequest('setBreakpoints', { source: { path: shop }, breakpoints: [] });
    const waits = await adapter.sendRequest('continue');
    await adapter.ask('cancel', { requestId: waits.id });
    expect(await waits.response).toMatchObject(CANCELLED);
    await adapter.ask('cancel', { requestId: endless.id });
    expect(await endless.response).toMatchObject(CANCELLED);
    expect(await atWork.response).toMatchObject({ success: true, body: { breakpoints: [] } });
    expect((await adapter.topFrame()).line).toBe(lineOf(shop, 'loop'));
    await adapter.ask('continue');
    expect(await adapter.process.end()).toMatchObject({ code: 3 });
    expect(responsesTo(adapter, waits.id)).toBe(1);
  });

  it('lets a command that changes the run come to its end, once it has begun', async () => {
    await using adapter = await stopped();
    const { id: frameId } = await adapter.topFrame();
    const endless = await adapter.sendRequest('evaluate', { expression: 'for (;;) {}', frameId });
    const atWork = await adapter.sendRequest('setBreakpoints', {
      source: { path: shop },
      breakpoints: [{ line: lineOf(shop, 'end') }],
    });
    await adapter.ask('threads'); // By the time of this response, the earlier command has started.
    await adapter.ask('cancel', { requestId: atWork.id });
    await adapter.ask('cancel', { requestId: endless.id });
    expect(await atWork.response).toMatchObject({ success: true });
    await adapter.ask('continue');
    await adapter.event('stopped');
    expect((await adapter.topFrame()).line).toBe(lineOf(shop, 'end'));
  });

  it('answers a command that looks at the program, and is held up by another one', async () => {
    await using adapter = await stopped();
    const { id: frameId } = await adapter.topFrame();
    const { scopes } = await adapter.ask<{ scopes: { variablesReference: number }[] }>('scopes', { frameId });
    const endless = await adapter.sendRequest('evaluate', { expression: 'for (;;) {}', frameId });
    const reference = { variablesReference: scopes[0]?.variablesReference };
    const heldUp = await adapter.sendRequest('variables', reference);
    await adapter.ask('cancel', { requestId: heldUp.id });
    expect(await heldUp.response).toMatchObject(CANCELLED);
    await adapter.ask('cancel', { requestId: endless.id });
    expect(await adapter.ask('variables', reference)).toHaveProperty('variables');
    expect(responsesTo(adapter, heldUp.id)).toBe(1);
  });

  it('does nothing for a command that is through, or was never asked', async () => {
    await using adapter = await stopped();
    const { id: frameId } = await adapter.topFrame();
    const through = await adapter.sendRequest('evaluate', { expression: '1', frameId });
    expect(await through.response).toMatchObject({ success: true });
    for (const requestId of [through.id, 9999, 'text', -1]) {
      expect(await adapter.request('cancel', { requestId })).toMatchObject({ success: true });
    }
    expect(await adapter.request('cancel', {})).toMatchObject({ success: false });
    expect(responsesTo(adapter, through.id)).toBe(1);
    expect(await adapter.ask('evaluate', { expression: '2', frameId })).toMatchObject({ result: '2' });
  });
});

describe('an expression in a frame', () => {
  it('has its side effects once', async () => {
    await using adapter = await stopped();
    const { id: frameId } = await adapter.topFrame();
    const expression = 'globalThis.effects = (globalThis.effects ?? 0) + 1';
    for (const result of ['1', '2']) {
      expect(await adapter.ask('evaluate', { expression, frameId })).toMatchObject({ result });
    }
  });

  it('has its value, too, where it takes longer than the first try', async () => {
    await using adapter = await stopped();
    const { id: frameId } = await adapter.topFrame();
    const busy = 'const from = Date.now(); while (Date.now() - from < 400) {} return "slow";';
    expect(await adapter.ask('evaluate', { expression: `(() => { ${busy} })()`, frameId })).toMatchObject({
      result: "'slow'",
    });
  });
});
