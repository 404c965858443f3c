import { describe, expect, it } from 'vitest';
import { ErrorCodes, createMessageConnection } from 'vscode-jsonrpc/node';
import type { Message as RpcMessage } from 'vscode-jsonrpc/node';
import { jsonRpcStreams } from '../../../src/jsonrpc/index.js';
import { openPair, openWithRawPeer } from '../../support/connectionPair.js';
import { localTransport } from '../../support/platform.js';
import { parseFrames } from '../../support/rawFrames.js';
import { readAll } from '../../support/readAll.js';
import { rejectionOf } from '../../support/rejection.js';
import { settlesSoon } from '../../support/turns.js';
import { eventually, within } from '../../support/within.js';
import { CARRIERS, LOCAL } from './rpcPair.js';

const KIB = 1024;
const local = { name: localTransport, config: { transport: localTransport } } as const;

function numbered(number: number, text = ''): RpcMessage {
  return { jsonrpc: '2.0', method: 'numbered', params: { number, text } } as RpcMessage;
}

describe.each(CARRIERS)('a send that fails over $name', (carrier) => {
  it('because it is too large rejects alone: what was sent beside it goes on', async () => {
    const { adapter, launcher } = await carrier.open({ maxFrameBytes: 10 * KIB });
    launcher.rpc.onRequest('length', ({ text }: { text: string }) => text.length);
    const ask = (length: number): Promise<unknown> =>
      adapter.rpc.sendRequest('length', { text: 'x'.repeat(length) });
    const outcomes = await within(
      Promise.allSettled([ask(1_000), ask(20 * KIB), ask(2_000)]),
      'every outcome',
    );
    expect(outcomes).toMatchObject([
      { value: 1_000 },
      {
        reason: {
          code: ErrorCodes.MessageWriteError,
          message: expect.stringContaining('maxFrameBytes is 10240') as string,
        },
      },
      { value: 2_000 },
    ]);
    expect(adapter.errors).toMatchObject([{ code: 'ERR_IPC_FRAME_TOO_LARGE' }]);
    expect(adapter.rpc.hasPendingResponse()).toBe(false);
  });

  it('because it has no JSON rejects alone', async () => {
    const { adapter, launcher } = await carrier.open();
    launcher.rpc.onRequest('echo', (params: unknown) => params);
    const bad = adapter.rpc.sendRequest('echo', { value: 1n }).catch((error: unknown) => error);
    expect(await within(adapter.rpc.sendRequest('echo', { value: 1 }), 'the answer')).toEqual({ value: 1 });
    expect(await within(bad, 'the rejection')).toMatchObject({
      code: ErrorCodes.MessageWriteError,
      message: 'the message cannot be written as JSON',
    });
  });

  it.each([
    ['too large', 'x'.repeat(20 * KIB), 'maxFrameBytes'],
    ['no JSON', { value: 1n }, 'cannot be written as JSON'],
  ])('because it is an answer (%s) rejects the request at the other side', async (_, result, why) => {
    const { adapter, launcher } = await carrier.open({ maxFrameBytes: 10 * KIB });
    launcher.rpc.onRequest('bad', (): unknown => result);
    await expect(within(adapter.rpc.sendRequest('bad'), 'the rejection')).rejects.toMatchObject({
      code: ErrorCodes.InternalError,
      message: expect.stringContaining(why) as string,
    });
    expect(launcher.errors).toHaveLength(1);
  });
});

describe('the writer of JSON-RPC', () => {
  it('with onFull "error" rejects what there is no room for, and the connection lives', async () => {
    const { adapter, peer } = await openWithRawPeer(local, { maxBufferedBytes: 256 * KIB, onFull: 'error' });
    const { reader, writer } = jsonRpcStreams(adapter);
    const rpc = createMessageConnection(reader, writer);
    const counts: (number | undefined)[] = [];
    rpc.onError(([error, message, count]) => {
      expect(error).toMatchObject({ code: 'ERR_IPC_BUFFER_FULL' });
      expect(message).toMatchObject({ method: 'numbered' });
      counts.push(count);
    });
    rpc.listen();
    const text = 'x'.repeat(64 * KIB);
    const outcomes = Array.from({ length: 20 }, (_, number) =>
      rpc.sendRequest('numbered', { number, text }).catch((error: unknown) => error),
    );
    await eventually(() => counts.length > 0, 'a refusal');
    const closing = adapter.close();
    const arrived = parseFrames(await peer.readToEnd());
    peer.end();
    const codes = (await within(Promise.all(outcomes), 'every outcome')).map(
      (error) => (error as { code: number }).code,
    );
    await within(closing, 'the close');
    expect(codes.filter((code) => code === ErrorCodes.MessageWriteError)).toHaveLength(counts.length);
    expect(codes.filter((code) => code === ErrorCodes.PendingResponseRejected)).toHaveLength(arrived.length);
    expect(arrived.length + counts.length).toBe(20);
    expect(counts).toEqual(counts.map((_, index) => index + 1));
  });

  it('resolves a write when the kernel has it, not before: that is the back-pressure', async () => {
    const { adapter, peer } = await openWithRawPeer(local);
    const { writer } = jsonRpcStreams(adapter);
    const text = 'x'.repeat(64 * KIB);
    let written = 0;
    let last = writer.write(numbered(0, text));
    while (await settlesSoon(last)) last = writer.write(numbered((written += 1), text));
    expect(adapter.bufferedBytes).toBeGreaterThan(0);
    const closing = adapter.close();
    const arrived = parseFrames(await peer.readToEnd());
    await within(last, 'the write, once the peer reads');
    peer.end();
    await within(closing, 'the close');
    expect(arrived).toHaveLength(written + 1);
  });

  it('looks once at the promise that the messages of a turn share', async () => {
    const { adapter, launcher } = await openPair(local);
    const { writer } = jsonRpcStreams(adapter);
    const [first, second] = [writer.write(numbered(1)), writer.write(numbered(2))];
    expect(second).toBe(first);
    await within(first, 'both are written');
    await within(Promise.all([adapter.close(), launcher.close()]), 'the close');
  });

  it('counts failures in a row, and begins anew after a success', async () => {
    const { adapter, launcher } = await openPair(local);
    const { writer } = jsonRpcStreams(adapter);
    const counts: (number | undefined)[] = [];
    writer.onError(([, , count]) => counts.push(count));
    const bad = { jsonrpc: '2.0', method: 'bad', params: { value: 1n } } as RpcMessage;
    expect((await rejectionOf(writer.write(bad))).code).toBe('ERR_IPC_UNSERIALIZABLE');
    expect((await rejectionOf(writer.write(bad))).code).toBe('ERR_IPC_UNSERIALIZABLE');
    await within(writer.write(numbered(1)), 'a good one');
    expect((await rejectionOf(writer.write(bad))).code).toBe('ERR_IPC_UNSERIALIZABLE');
    expect(counts).toEqual([1, 2, 1]);
    await within(Promise.all([adapter.close(), launcher.close()]), 'the close');
  });

  it('forgets a request that did not go out: the end answers only those that did', async () => {
    const { adapter, launcher } = await openPair(local);
    const { reader, writer } = jsonRpcStreams(adapter);
    const answered: unknown[] = [];
    reader.listen((message) => answered.push((message as { id?: unknown }).id));
    const request = (id: number, params: object): RpcMessage =>
      ({ jsonrpc: '2.0', id, method: 'asked', params }) as RpcMessage;
    await rejectionOf(writer.write(request(1, { value: 1n })));
    await within(writer.write(request(2, {})), 'the good one');
    await within(Promise.all([adapter.close(), launcher.close()]), 'the close');
    expect(answered).toEqual([2]);
  });

  it('ends the connection: what was written arrives first', async () => {
    const { adapter, launcher } = await openPair(local);
    const { reader, writer } = jsonRpcStreams(adapter);
    const rpc = createMessageConnection(reader, writer);
    rpc.listen();
    for (let number = 0; number < 100; number += 1) void rpc.sendNotification('numbered', { number });
    rpc.end();
    expect(await within(readAll(launcher), 'the end')).toHaveLength(100);
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'local', clean: true });
  });

  it('leaves the connection to its owner when it is disposed', async () => {
    const { adapter, launcher } = await LOCAL.open();
    const pending = adapter.rpc.sendRequest('never').catch((error: unknown) => error);
    adapter.rpc.dispose();
    expect(await within(pending, 'the rejection')).toMatchObject({
      code: ErrorCodes.PendingResponseRejected,
    });
    expect(launcher.closes).toEqual([]);
    await within(adapter.close(), 'the close');
    await eventually(() => launcher.closes.length === 3, 'the other side knows');
    expect(adapter.closes).toEqual([]);
  });
});
