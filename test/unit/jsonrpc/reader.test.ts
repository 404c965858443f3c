import { describe, expect, it } from 'vitest';
import { ErrorCodes } from 'vscode-jsonrpc/node';
import { TransportFactory } from '../../../src/ipc/index.js';
import type { Message } from '../../../src/ipc/index.js';
import { jsonRpcStreams } from '../../../src/jsonrpc/index.js';
import { connectionOf, openPair, openWithRawPeer } from '../../support/connectionPair.js';
import { localTransport } from '../../support/platform.js';
import { rawFrame } from '../../support/rawFrames.js';
import { thrownBy } from '../../support/rejection.js';
import { eventually, within } from '../../support/within.js';
import { CARRIERS, listenOn } from './rpcPair.js';

const local = { name: localTransport, config: { transport: localTransport } } as const;
/** Deeper than the call stack can be. */
const DEPTH = 100_000;
const good = { jsonrpc: '2.0', method: 'good' };

/** Returns a message connection, and the plain connection at its other side, which can send invalid data. */
async function withPlainPeer() {
  const { adapter, launcher } = await openPair(local);
  const end = listenOn(jsonRpcStreams(adapter), () => adapter.close());
  const methods: string[] = [];
  end.rpc.onNotification((method) => void methods.push(method));
  return { ...end, peer: launcher, methods };
}

describe('the reader of JSON-RPC', () => {
  it.each<[string, Message]>([
    ['nothing at all', {}],
    ['an envelope', { event: 'stopped', body: {} }],
    ['another version', { jsonrpc: '1.0', method: 'm' }],
    ['no version', { method: 'm', id: 1 }],
    ['a method that is no string', { jsonrpc: '2.0', method: 7, id: 1 }],
    ['an id that is an object', { jsonrpc: '2.0', method: 'm', id: {} }],
    ['a request with the id null', { jsonrpc: '2.0', method: 'm', id: null }],
    ['a response without result and error', { jsonrpc: '2.0', id: 99 }],
    ['a response without an id', { jsonrpc: '2.0', result: 1 }],
  ])('reports %s, and goes on', async (_, message) => {
    const { peer, methods, errors } = await withPlainPeer();
    await peer.writeMessage(message);
    await peer.writeMessage(good);
    await eventually(() => methods.length === 1, 'the good one behind it');
    expect(methods).toEqual(['good']);
    expect(errors).toMatchObject([
      { code: 'ERR_IPC_BAD_MESSAGE', message: expect.stringContaining('not JSON-RPC 2.0') as string },
    ]);
  });

  it('shows the beginning of a message that is none, not all of it', async () => {
    const { peer, errors } = await withPlainPeer();
    await peer.writeMessage({ text: 'x'.repeat(100_000) });
    await eventually(() => errors.length === 1, 'the report');
    expect(errors[0]?.message).toMatch(/^a message is not JSON-RPC 2\.0: \{"text":"x+\.\.\.$/);
    expect(errors[0]?.message.length).toBeLessThan(200);
  });

  it.each([
    ['no JSON', 'not JSON'],
    ['no object: a batch', '[{"jsonrpc":"2.0","method":"m"}]'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['nothing of JSON-RPC, very deep', `{"":${'{"":'.repeat(DEPTH)}[]${'}'.repeat(DEPTH)}}`],
  ])('reports a frame that has %s in it, and goes on', async (_, payload) => {
    const { adapter, peer } = await openWithRawPeer(local);
    const { rpc, errors } = listenOn(jsonRpcStreams(adapter), () => adapter.close());
    const seen = new Promise<void>((resolve) => rpc.onNotification('good', resolve));
    await peer.write(Buffer.concat([rawFrame(payload), rawFrame(good)]));
    await within(seen, 'the good one behind it');
    expect(errors).toMatchObject([{ code: 'ERR_IPC_BAD_MESSAGE' }]);
  });

  it.each([
    ['no parameters', {}],
    ['the id null', { params: { id: null } }],
  ])('survives a cancellation with %s', async (_, more) => {
    const { peer, methods, errors } = await withPlainPeer();
    await peer.writeMessage({ jsonrpc: '2.0', method: '$/cancelRequest', ...more });
    await peer.writeMessage(good);
    await eventually(() => methods.length === 1, 'the good one behind it');
    expect(errors).toHaveLength(1);
  });

  it('rejects a request whose answer cannot be read: it would wait for ever', async () => {
    const { rpc, peer, errors } = await withPlainPeer();
    const request = rpc.sendRequest('asked').catch((error: unknown) => error);
    const { id } = (await within(peer.readMessage(), 'the request')) as { id: number };
    await peer.writeMessage({ jsonrpc: '2.0', id });
    expect(await within(request, 'the rejection')).toMatchObject({ code: ErrorCodes.MessageReadError });
    expect(errors).toHaveLength(1);
    expect(rpc.hasPendingResponse()).toBe(false);
  });

  it.each(CARRIERS)('reports bad messages over $name as well', async (carrier) => {
    const { adapter, launcher } = await carrier.open();
    const seen = new Promise<void>((resolve) => adapter.rpc.onNotification('good', resolve));
    await launcher.streams.writer.write({ jsonrpc: '3.0' });
    await launcher.streams.writer.write(good);
    await within(seen, 'the good one behind it');
    expect(adapter.errors).toMatchObject([{ code: 'ERR_IPC_BAD_MESSAGE' }]);
  });

  it('listens once', async () => {
    const { adapter } = await openPair(local);
    const { reader } = jsonRpcStreams(adapter);
    const listening = reader.listen(() => undefined);
    expect(thrownBy(() => reader.listen(() => undefined)).code).toBe('ERR_IPC_STATE');
    listening.dispose();
    expect(thrownBy(() => reader.listen(() => undefined)).code).toBe('ERR_IPC_STATE');
  });

  it('does not listen without a peer, but may once there is one', async () => {
    const adapter = connectionOf(local);
    const { reader } = jsonRpcStreams(adapter);
    expect(thrownBy(() => reader.listen(() => undefined)).code).toBe('ERR_IPC_STATE');
    await adapter.startListening();
    expect(thrownBy(() => reader.listen(() => undefined)).code).toBe('ERR_IPC_STATE');
    const [peer] = await Promise.all([
      TransportFactory.createConnection(adapter.endpoint ?? {}),
      adapter.accept(),
    ]);
    const seen = new Promise((resolve) => reader.listen(resolve));
    await peer.writeMessage(good);
    expect(await within(seen, 'the message')).toEqual(good);
    await within(peer.close(), 'the close');
  });

  it('reports that somebody else reads the connection', async () => {
    const { adapter } = await openPair(local);
    const other = adapter.readMessage();
    const { errors } = listenOn(jsonRpcStreams(adapter), () => adapter.close());
    await eventually(() => errors.length === 1, 'the report');
    expect(errors).toMatchObject([{ code: 'ERR_IPC_STATE' }]);
    await within(Promise.all([adapter.close(), other]), 'the close');
  });

  it('drops what comes after it was disposed, and leaves the connection open', async () => {
    const { adapter, launcher } = await openPair(local);
    const { reader, writer } = jsonRpcStreams(adapter);
    const seen: unknown[] = [];
    reader.listen((message) => seen.push(message));
    await launcher.writeMessage(good);
    await eventually(() => seen.length === 1, 'the first message');
    reader.dispose();
    writer.dispose();
    await launcher.writeMessage(good);
    await writer.write(good);
    expect(await within(launcher.readMessage(), 'a message the other way')).toEqual(good);
    expect(adapter.state).toBe('open');
    await within(launcher.close(), 'the close');
    await within(adapter.closed, 'the end');
    expect(seen).toHaveLength(1);
  });
});
