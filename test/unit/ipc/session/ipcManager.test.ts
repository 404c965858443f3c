import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/ipc/core/messages.js';
import { parseLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import { startFixture } from '../../../support/fixtureProcess.js';
import { endpointIn, listeningManager, manager, recorder, withRawPeer } from '../../../support/managers.js';
import { localTransport } from '../../../support/platform.js';
import { rawFrame } from '../../../support/rawFrames.js';
import { connectRaw } from '../../../support/rawPeer.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { eventually, within } from '../../../support/within.js';

describe('a session', () => {
  it.each([localTransport, 'tcp'])('goes from listen to close over %s', async (transport) => {
    const { adapter, config } = await listeningManager({ transport });
    const [toAdapter, toLauncher] = [recorder(), recorder()];
    adapter.startReader(toAdapter.handler, { accept: true });
    const launcher = manager();
    await within(launcher.connect(config), 'the launcher connects');
    launcher.startReader(toLauncher.handler);
    await within(Promise.all([adapter.connected, launcher.connected]), 'both are connected');
    await adapter.sendMessage({ command: 'initialize', id: 1 });
    await launcher.sendMessage({ event: 'initialized' });
    await launcher.cleanup();
    expect(await within(launcher.closed, 'the end')).toMatchObject({ by: 'local', clean: true });
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer', clean: true });
    expect(toLauncher.messages).toEqual([{ command: 'initialize', id: 1 }]);
    expect(toAdapter.messages).toEqual([{ event: 'initialized' }]);
  });

  it('with a real launcher process is told by it how it ends', async () => {
    const adapter = manager();
    const args = await adapter.createListener({ auth: 'off' });
    const seen = recorder();
    const launcher = startFixture('writesAndExits', args);
    adapter.startReader(seen.handler, { accept: true, launcher });
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer' });
    await eventually(() => seen.messages.length === 3, 'all three messages');
  });

  it('tells what it listens on, and by its environment alone how the launcher gets the key', async () => {
    const { adapter } = await listeningManager({ transport: 'tcp' });
    expect(adapter.listening).toMatchObject({ transport: 'tcp', reason: 'asked for' });
    expect(Object.keys(adapter.launcherEnv)).toEqual(['DEBUG_ADAPTER_IPC_KEY_FILE']);
  });

  it('logs its changes of state to its own logger, or to that of the configuration', async () => {
    const [own, other] = [recordingLogger(), recordingLogger()];
    await manager({ logger: own }).createListener();
    await manager({ logger: own }).createListener({ logger: other });
    for (const { entries } of [own, other]) {
      expect(entries).toMatchObject([{ level: 'info', message: 'listening' }]);
    }
  });
});

describe('the reader', () => {
  it('goes on after a handler that throws or rejects, and tells it', async () => {
    const seen: unknown[] = [];
    const { peer, errors } = await withRawPeer({
      handler: (message) => {
        seen.push(message.n);
        if (message.n === 1) throw new Error('thrown');
        if (message.n === 2) return Promise.reject(new Error('rejected'));
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what careless handlers do
        if (message.n === 3) throw 'text';
        return undefined;
      },
    });
    await peer.write(Buffer.concat([1, 2, 3, 4].map((n) => rawFrame({ n }))));
    await eventually(() => seen.length === 4 && errors.length === 3, 'four messages and three errors');
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(errors.map(({ message }) => message).sort()).toEqual(['rejected', 'text', 'thrown']);
  });

  it('tells a frame without a message, and goes on', async () => {
    const { adapter, peer, messages, errors } = await withRawPeer();
    await peer.write(Buffer.concat([rawFrame({ n: 1 }), rawFrame('oops'), rawFrame({ n: 3 })]));
    await eventually(() => messages.length === 2, 'the messages around it');
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_IPC_BAD_MESSAGE' })]);
    await adapter.sendMessage({ still: 'here' });
  });

  it('tells a broken stream once, as the end too', async () => {
    const { adapter, peer, messages, errors } = await withRawPeer();
    await peer.write(Buffer.concat([rawFrame({ n: 1 }), Buffer.from('nonsense!'), rawFrame({ n: 3 })]));
    const { error, clean } = await within(adapter.closed, 'the end');
    expect([error?.code, clean]).toEqual(['ERR_IPC_FRAME_MAGIC', false]);
    await eventually(() => errors.length > 0, 'the error');
    expect(errors).toEqual([error]);
    expect(messages).toEqual([{ n: 1 }]);
    expect((await rejectionOf(adapter.sendMessage({}))).code).toBe('ERR_IPC_FRAME_MAGIC');
  });

  it('survives an onError that throws', async () => {
    const { adapter, config } = await listeningManager({ auth: 'off' });
    const messages: Message[] = [];
    adapter.startReader((message) => void messages.push(message), {
      accept: true,
      onError: () => {
        throw new Error('onError too');
      },
    });
    const peer = await connectRaw(endpointIn(config));
    await peer.write(Buffer.concat([rawFrame('oops'), rawFrame({ n: 2 })]));
    await eventually(() => messages.length === 1, 'the message after it');
    peer.end();
  });

  it('logs where nobody takes its errors', async () => {
    const logger = recordingLogger();
    const adapter = manager({ logger });
    const { config } = parseLauncherArgs(await adapter.createListener({ auth: 'off' }));
    adapter.startReader(() => undefined, { accept: true });
    const peer = await connectRaw(endpointIn(config));
    await peer.write(rawFrame('oops'));
    await eventually(() => logger.entries.some(({ level }) => level === 'error'), 'the log entry');
    peer.end();
  });

  it('reads what came, and ended, before it was started', async () => {
    const { adapter, config } = await listeningManager();
    adapter.startReader(() => undefined, { accept: true });
    const launcher = manager();
    await launcher.connect(config);
    await adapter.sendMessage({ command: 'terminate' });
    await Promise.all([adapter.cleanup(), within(launcher.closed, 'the end')]);
    const { messages, handler } = recorder();
    launcher.startReader(handler);
    await eventually(() => messages.length === 1, 'the message');
    expect(messages).toEqual([{ command: 'terminate' }]);
  });

  it('is one: a second is refused', async () => {
    const { adapter } = await listeningManager();
    adapter.startReader(() => undefined, { accept: true });
    expect(thrownBy(() => adapter.startReader(() => undefined, { accept: true })).code).toBe('ERR_IPC_STATE');
  });

  it('is refused before there is a connection, and for a listener without accept', async () => {
    expect(thrownBy(() => manager().startReader(() => undefined)).code).toBe('ERR_IPC_STATE');
    const { adapter } = await listeningManager();
    const error = thrownBy(() => adapter.startReader(() => undefined));
    expect(error.code).toBe('ERR_IPC_STATE');
    expect(error.message).toContain('accept: true');
    adapter.startReader(() => undefined, { accept: true });
  });
});

describe('a peer that never comes', () => {
  it.each([
    ['the deadline', 'ERR_IPC_ACCEPT_TIMEOUT', () => ({ timeoutMs: 20 })],
    ['an abort', 'ERR_IPC_ABORTED', () => ({ signal: AbortSignal.timeout(20) })],
    ['the end of the launcher', 'ERR_IPC_LAUNCHER_EXITED', () => ({ launcher: startFixture('diesEarly') })],
  ])('is told to all that waits, with the cause, and ends the session: %s', async (_, code, options) => {
    const { adapter, config } = await listeningManager();
    adapter.startReader(() => undefined, { accept: true, ...options() });
    const send = rejectionOf(adapter.sendMessage({ early: true }));
    const error = await rejectionOf(adapter.connected);
    expect(error.code).toBe(code);
    expect(await send).toBe(error);
    expect(await within(adapter.closed, 'the end')).toEqual({
      by: 'local',
      clean: false,
      reason: error.message,
      error,
    });
    expect((await rejectionOf(adapter.sendMessage({}))).code).toBe('ERR_IPC_CLOSED');
    const late = manager().connect({ ...config, connectTimeoutMs: 20 });
    expect((await rejectionOf(late)).code).toBe('ERR_IPC_CONNECT_TIMEOUT');
  });

  it('is no unhandled rejection where nobody looks', async () => {
    const { adapter } = await listeningManager();
    adapter.startReader(() => undefined, { accept: true, timeoutMs: 1 });
    await within(adapter.closed, 'the end');
    const launcher = manager();
    await launcher.connect({ transport: 'tcp' }).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('is told by a failed connect everywhere', async () => {
    const launcher = manager();
    const error = await rejectionOf(launcher.connect({ transport: 'tcp' }));
    expect(error.code).toBe('ERR_IPC_CONFIG');
    expect(await rejectionOf(launcher.connected)).toBe(error);
    expect((await launcher.closed).error).toBe(error);
    expect((await rejectionOf(launcher.connect({ transport: 'tcp', port: 1 }))).code).toBe('ERR_IPC_CLOSED');
  });
});

describe('sending', () => {
  it('before there is anything to send over is refused', async () => {
    expect((await rejectionOf(manager().sendMessage({}))).code).toBe('ERR_IPC_STATE');
    const { adapter } = await listeningManager();
    const error = await rejectionOf(adapter.sendMessage({}));
    expect(error.code).toBe('ERR_IPC_STATE');
    expect(error.message).toContain('startReader comes first');
  });

  it('before the peer is in waits for it, and keeps the order with what is sent the moment it is in', async () => {
    const { adapter, config } = await listeningManager({ auth: 'off' });
    adapter.startReader(() => undefined, { accept: true });
    const later = adapter.connected.then(() => adapter.sendMessage({ n: 3 }));
    const sends = [1, 2].map((n) => adapter.sendMessage({ n }));
    const peer = await connectRaw(endpointIn(config));
    await within(Promise.all([...sends, later]), 'every send');
    const ended = adapter.cleanup();
    const read = await peer.readToEnd();
    peer.end();
    await within(ended, 'the cleanup');
    expect(read.toString('latin1').match(/"n":\d/g)).toEqual(['"n":1', '"n":2', '"n":3']);
  });
});
