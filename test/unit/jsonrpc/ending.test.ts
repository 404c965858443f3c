import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConnectionError,
  ErrorCodes,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
  createMessageConnection,
} from 'vscode-jsonrpc/node';
import { IpcError } from '../../../src/ipc/index.js';
import { jsonRpcStreams } from '../../../src/jsonrpc/index.js';
import { openPair, openWithRawPeer } from '../../support/connectionPair.js';
import { localTransport } from '../../support/platform.js';
import { startFixture } from '../../support/fixtureProcess.js';
import { manager } from '../../support/managers.js';
import { parseFrames, rawFrame } from '../../support/rawFrames.js';
import { rejectionOf } from '../../support/rejection.js';
import { turnsOfLoop } from '../../support/turns.js';
import { eventually, within } from '../../support/within.js';
import { CARRIERS, LOCAL, listenOn } from './rpcPair.js';
import type { RpcEnd } from './rpcPair.js';

const local = { name: localTransport, config: { transport: localTransport } } as const;

/** The error of each request. */
type Rejections = Promise<ResponseError<unknown>[]>;

/** Sends requests that the other side receives and never answers. Resolves when they have arrived. */
async function neverAnswered({ rpc }: RpcEnd, other: RpcEnd, count = 1): Promise<{ rejections: Rejections }> {
  let begun = 0;
  other.rpc.onRequest('never', () => {
    begun += 1;
    return new Promise(() => undefined);
  });
  const rejections = Promise.all(Array.from({ length: count }, () => rejection(rpc.sendRequest('never'))));
  await eventually(() => begun === count, 'every request is under way');
  return { rejections };
}

async function rejection(request: Promise<unknown>): Promise<ResponseError<unknown>> {
  const error: unknown = await within(
    request.then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
    'the rejection of a request',
  );
  if (error instanceof ResponseError) return error;
  throw new Error('not rejected with a ResponseError', { cause: error });
}

describe.each(CARRIERS)('the end of JSON-RPC over $name', (carrier) => {
  it('by a close rejects what is under way on both sides, each told who it was', async () => {
    const { adapter, launcher } = await carrier.open();
    const fromAdapter = await neverAnswered(adapter, launcher);
    const fromLauncher = await neverAnswered(launcher, adapter);
    await within(adapter.close(), 'the close');
    expect((await fromAdapter.rejections)[0]).toMatchObject({
      code: ErrorCodes.PendingResponseRejected,
      message: 'no answer will come, the connection was ended by this side: closed by this side',
      data: { by: 'local', clean: true, reason: 'closed by this side' },
    });
    expect((await fromLauncher.rejections)[0]).toMatchObject({
      code: ErrorCodes.PendingResponseRejected,
      message: 'no answer will come, the connection was ended by the peer: closed by the peer',
      data: { by: 'peer', clean: true },
    });
    for (const { rpc, closes, errors } of [adapter, launcher]) {
      expect(rpc.hasPendingResponse()).toBe(false);
      expect([...closes].sort()).toEqual(['connection', 'reader', 'writer']);
      expect(errors).toEqual([]);
    }
  });

  it('rejects every one of many', async () => {
    const { adapter, launcher } = await carrier.open();
    const { rejections } = await neverAnswered(adapter, launcher, 500);
    await within(launcher.close(), 'the close');
    const errors = await rejections;
    expect(errors.map(({ code }) => code)).toEqual(errors.map(() => ErrorCodes.PendingResponseRejected));
    expect(errors).toHaveLength(500);
  });

  it('refuses what is sent later', async () => {
    const { adapter, launcher } = await carrier.open();
    const closing = adapter.close();
    const error = await rejection(adapter.rpc.sendRequest('late'));
    expect(error.code).toBe(ErrorCodes.MessageWriteError);
    expect(error.message).toContain('closed by this side');
    await within(closing, 'the close');
    await eventually(() => adapter.closes.length === 3 && launcher.closes.length === 3, 'both know');
    for (const { rpc, streams } of [adapter, launcher]) {
      expect(() => rpc.sendRequest('late')).toThrow(ConnectionError);
      const written = streams.writer.write({ jsonrpc: '2.0' });
      expect((await rejectionOf(written)).code).toBe('ERR_IPC_CLOSED');
    }
  });
});

describe('the end of JSON-RPC over a connection', () => {
  it('by destroy rejects what is under way with the cause', async () => {
    const pair = await openPair(local);
    const adapter = listenOn(jsonRpcStreams(pair.adapter), () => pair.adapter.close());
    const launcher = listenOn(jsonRpcStreams(pair.launcher), () => pair.launcher.close());
    const { rejections } = await neverAnswered(adapter, launcher);
    pair.adapter.destroy(new IpcError('ERR_IPC_ABORTED', 'the user pressed stop'));
    expect((await rejections)[0]).toMatchObject({
      code: ErrorCodes.PendingResponseRejected,
      message: 'no answer will come, the connection was ended by this side: the user pressed stop',
      data: { by: 'local', clean: false, code: 'ERR_IPC_ABORTED' },
    });
    expect(adapter.errors.map(({ message }) => message)).toEqual(['the user pressed stop']);
  });

  it('by a broken stream rejects what is under way, and reports the break once', async () => {
    const { adapter, peer } = await openWithRawPeer(local);
    const end = listenOn(jsonRpcStreams(adapter), () => adapter.close());
    const request = end.rpc.sendRequest('never');
    await peer.write(Buffer.from('HTTP/1.1 200 OK\r\n'));
    const error = await rejection(request);
    expect(error.code).toBe(ErrorCodes.PendingResponseRejected);
    expect(error.data).toMatchObject({ by: 'local', clean: false, code: 'ERR_IPC_FRAME_MAGIC' });
    await eventually(() => end.closes.length === 3, 'it is closed');
    expect(end.errors).toMatchObject([{ code: 'ERR_IPC_FRAME_MAGIC' }]);
  });

  it('still takes the answers that come while it closes', async () => {
    const { adapter, peer } = await openWithRawPeer(local);
    const { rpc } = listenOn(jsonRpcStreams(adapter), () => adapter.close());
    const answered = rpc.sendRequest('quick');
    const pending = rejection(rpc.sendRequest('never'));
    const closing = adapter.close();
    const [request] = parseFrames(await peer.readToEnd()) as { id: number }[];
    await peer.write(rawFrame({ jsonrpc: '2.0', id: request?.id, result: 'in time' }));
    peer.end();
    expect(await within(answered, 'the answer')).toBe('in time');
    expect((await pending).code).toBe(ErrorCodes.PendingResponseRejected);
    await within(closing, 'the close');
  });

  it('answers in place of the peer before it tells that it is closed', async () => {
    const { adapter, launcher } = await openPair(local);
    const { reader, writer } = jsonRpcStreams(adapter);
    const seen: unknown[] = [];
    reader.onClose(() => seen.push('closed'));
    reader.listen((message) => seen.push(message));
    await writer.write({ jsonrpc: '2.0', id: 'a', method: 'first' } as never);
    await writer.write({ jsonrpc: '2.0', method: 'notified' } as never);
    await writer.write({ jsonrpc: '2.0', id: 2, method: 'second' } as never);
    await writer.write({ jsonrpc: '2.0', id: 3, method: 'third' } as never);
    await launcher.writeMessage({ jsonrpc: '2.0', id: 2, result: null });
    await within(launcher.close(), 'the close');
    await within(adapter.closed, 'the end');
    const code = ErrorCodes.PendingResponseRejected;
    expect(seen).toMatchObject([
      { id: 2, result: null },
      { jsonrpc: '2.0', id: 'a', error: { code } },
      { jsonrpc: '2.0', id: 3, error: { code } },
      'closed',
    ]);
  });

  it('is told behind everything that came before it, however late somebody listens', async () => {
    const { adapter, launcher } = await openPair(local);
    const { reader } = jsonRpcStreams(adapter);
    const seen: unknown[] = [];
    reader.onClose(() => seen.push('closed'));
    for (const method of ['one', 'two']) await launcher.writeMessage({ jsonrpc: '2.0', method });
    await within(Promise.all([launcher.close(), adapter.closed]), 'the end of both');
    await turnsOfLoop();
    expect(seen).toEqual([]);
    reader.listen((message) => seen.push((message as { method?: string }).method));
    await eventually(() => seen.includes('closed'), 'the end is told');
    expect(seen).toEqual(['one', 'two', 'closed']);
  });
});

describe('the end of JSON-RPC over a manager', () => {
  it('comes at the deadline when nobody connects: early requests reject with the cause', async () => {
    const adapter = manager();
    await adapter.createListener({ transport: localTransport });
    const { rpc, errors, closes } = listenOn(jsonRpcStreams(adapter, { timeoutMs: 30 }), () =>
      adapter.cleanup(),
    );
    const error = await rejection(rpc.sendRequest('early'));
    expect(error.code).toBe(ErrorCodes.MessageWriteError);
    expect(error.message).toContain('within 30 ms');
    await eventually(() => closes.length === 3, 'it is closed');
    expect(errors.map((one) => (one as IpcError).code)).toContain('ERR_IPC_ACCEPT_TIMEOUT');
  });

  it('comes with the exit of a launcher that never connected', async () => {
    const adapter = manager();
    await adapter.createListener({ transport: localTransport });
    const launcher = startFixture('diesEarly');
    const { rpc } = listenOn(jsonRpcStreams(adapter, { launcher }), () => adapter.cleanup());
    expect((await rejection(rpc.sendRequest('early'))).message).toMatch(/launcher.*exit/);
  });

  it('is told to who listens after it', async () => {
    const adapter = manager();
    await adapter.createListener({ transport: localTransport });
    await adapter.cleanup();
    const { closes, errors } = listenOn(jsonRpcStreams(adapter), () => adapter.cleanup());
    await eventually(() => closes.length === 3, 'it is closed');
    expect(errors).toEqual([]);
  });
});

describe('a pending request at the end of the connection', () => {
  it('hangs for ever over the socket streams of vscode-jsonrpc, which is why ours answer it', async () => {
    const { socket, other } = await socketPair();
    const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    const closed = new Promise<void>((resolve) => rpc.onClose(resolve));
    rpc.listen();
    const outcome = { settled: false };
    void rpc.sendRequest('never').finally(() => (outcome.settled = true));
    await within(once(other, 'data'), 'the request is under way');
    other.destroy();
    await within(closed, 'the connection is closed');
    await turnsOfLoop();
    expect(outcome.settled).toBe(false);
    expect(rpc.hasPendingResponse()).toBe(true);
  });

  it('rejects over ours, in the same turns', async () => {
    const { adapter, launcher } = await LOCAL.open();
    const { rejections } = await neverAnswered(adapter, launcher);
    const outcome = { settled: false };
    void rejections.then(() => (outcome.settled = true));
    await within(launcher.close(), 'the close');
    await eventually(() => adapter.closes.length === 3, 'the connection is closed');
    await turnsOfLoop();
    expect(outcome.settled).toBe(true);
    expect(adapter.rpc.hasPendingResponse()).toBe(false);
  });
});

/** Opens a plain TCP connection and returns both ends. They are closed when the test ends. */
async function socketPair(): Promise<{ socket: Socket; other: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [other] = await within(accepted, 'the connection');
  server.close();
  onTestFinished(() => {
    socket.destroy();
    other.destroy();
  });
  return { socket, other };
}
