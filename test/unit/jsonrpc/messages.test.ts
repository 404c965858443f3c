import { describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  NotificationType,
  ProgressType,
  RequestType,
  RequestType2,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { eventually, within } from '../../support/within.js';
import { CARRIERS } from './rpcPair.js';

const MIB = 1024 * 1024;

const Add = new RequestType2<number, number, number, void>('add');
const Upper = new RequestType<{ text: string }, string, void>('upper');
const Fails = new RequestType<object, never, { depth: number }>('fails');
const Wait = new RequestType<object, string, void>('wait');
const Counted = new NotificationType<{ number: number }>('counted');
const Percent = new ProgressType<number>();

/** Resolves when the token is cancelled. */
function cancelled(token: { onCancellationRequested(listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    token.onCancellationRequested(resolve);
  });
}

describe.each(CARRIERS)('JSON-RPC over $name', (carrier) => {
  it('carries typed requests both ways at the same time', async () => {
    const { adapter, launcher } = await carrier.open();
    launcher.rpc.onRequest(Add, (left, right) => left + right);
    adapter.rpc.onRequest(Upper, ({ text }) => text.toUpperCase());
    const answers = Promise.all([
      adapter.rpc.sendRequest(Add, 20, 22),
      launcher.rpc.sendRequest(Upper, { text: 'größe ✓' }),
      adapter.rpc.sendRequest(Add, -1, 1),
    ]);
    expect(await within(answers, 'three answers')).toEqual([42, 'GRÖSSE ✓', 0]);
  });

  it('rejects a request with what its handler throws, or with the lack of a handler', async () => {
    const { adapter, launcher } = await carrier.open();
    launcher.rpc.onRequest(Fails, () => {
      throw new ResponseError(4711, 'too deep', { depth: 3 });
    });
    const failed = adapter.rpc.sendRequest(Fails, {});
    await expect(within(failed, 'the failure')).rejects.toMatchObject({
      code: 4711,
      message: 'too deep',
      data: { depth: 3 },
    });
    const unknown = adapter.rpc.sendRequest('unknown');
    await expect(within(unknown, 'the refusal')).rejects.toThrow('Unhandled method unknown');
  });

  it('keeps the order of notifications, and of requests between them', async () => {
    const { adapter, launcher } = await carrier.open();
    const seen: number[] = [];
    adapter.rpc.onNotification(Counted, ({ number }) => void seen.push(number));
    adapter.rpc.onRequest(Wait, () => String(seen.length));
    const sends: Promise<void>[] = [];
    for (let number = 0; number < 500; number += 1)
      sends.push(launcher.rpc.sendNotification(Counted, { number }));
    const counted = launcher.rpc.sendRequest(Wait, {});
    for (let number = 500; number < 1_000; number += 1)
      sends.push(launcher.rpc.sendNotification(Counted, { number }));
    await within(Promise.all(sends), 'every send');
    expect(await within(counted, 'the request in the middle')).toBe('500');
    await eventually(() => seen.length === 1_000, 'every notification');
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  });

  it('carries progress of a request, in order and before its answer', async () => {
    const { adapter, launcher } = await carrier.open();
    launcher.rpc.onRequest(Wait, async () => {
      for (const percent of [0, 50, 100]) await launcher.rpc.sendProgress(Percent, 'loading', percent);
      return 'loaded';
    });
    const seen: unknown[] = [];
    adapter.rpc.onProgress(Percent, 'loading', (percent) => void seen.push(percent));
    seen.push(await within(adapter.rpc.sendRequest(Wait, {}), 'the answer'));
    expect(seen).toEqual([0, 50, 100, 'loaded']);
  });

  it("cancels the handler's token at the other side", async () => {
    const { adapter, launcher } = await carrier.open();
    launcher.rpc.onRequest(Wait, async (_, token) => {
      await launcher.rpc.sendNotification(Counted, { number: 1 });
      await cancelled(token);
      return `cancelled: ${token.isCancellationRequested}`;
    });
    const running = new CancellationTokenSource();
    adapter.rpc.onNotification(Counted, () => {
      running.cancel();
    });
    const ran = adapter.rpc.sendRequest(Wait, {}, running.token);
    expect(await within(ran, 'the cancelled one')).toBe('cancelled: true');
  });

  it('carries messages of many MiB, with others before and behind them', async () => {
    const { adapter, launcher } = await carrier.open();
    launcher.rpc.onRequest(Upper, ({ text }) => text.toUpperCase());
    const texts = ['before', 'ä€😀x'.repeat(MIB), 'x'.repeat(8 * MIB), 'behind'];
    const answers = Promise.all(texts.map((text) => adapter.rpc.sendRequest(Upper, { text })));
    const expected = texts.map((text) => text.toUpperCase());
    expect((await within(answers, 'every answer', 20_000)).map((text, at) => text === expected[at])).toEqual(
      texts.map(() => true),
    );
  });

  it('has 10,000 requests in flight, each with its own answer, in any order', async () => {
    const { adapter, launcher } = await carrier.open();
    const held: (() => void)[] = [];
    launcher.rpc.onRequest(Add, async (left, right) => {
      await new Promise<void>((resolve) => {
        held.push(resolve);
        if (held.length === 10_000) for (const release of held.reverse()) release();
      });
      return left + right;
    });
    const sums = Array.from({ length: 10_000 }, (_, number) => adapter.rpc.sendRequest(Add, number, 1));
    expect(await within(Promise.all(sums), 'every answer', 20_000)).toEqual(
      sums.map((_, number) => number + 1),
    );
    expect(adapter.rpc.hasPendingResponse()).toBe(false);
    expect([...adapter.errors, ...launcher.errors]).toEqual([]);
  });
});
