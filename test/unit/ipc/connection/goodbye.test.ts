import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectorHandshake } from '../../../../src/ipc/authentication/handshake.js';
import { MessageStream } from '../../../../src/ipc/connection/messageStream.js';
import type { Message } from '../../../../src/ipc/core/messages.js';
import { DEFAULT_LIMITS } from '../../../../src/ipc/core/limits.js';
import { FRAMING_NAMES } from '../../../../src/ipc/core/transportConfig.js';
import type { FramingName, TransportConfig } from '../../../../src/ipc/core/transportConfig.js';
import { framingOf } from '../../../../src/ipc/framing/framingOf.js';
import { MessageCodec } from '../../../../src/ipc/framing/messageCodec.js';
import { describeEndpoint } from '../../../../src/ipc/transport/transport.js';
import { IPCManager } from '../../../../src/ipc/session/ipcManager.js';
import { listening, openPair } from '../../../support/connectionPair.js';
import type { Carrier } from '../../../support/connectionPair.js';
import { exitOf, startFixture } from '../../../support/fixtureProcess.js';
import { pipePair } from '../../../support/pipePair.js';
import { connectRaw, addressOf } from '../../../support/rawPeer.js';
import { numbered, readAll } from '../../../support/readAll.js';
import { rejectionOf } from '../../../support/rejection.js';
import { wireOf } from '../../../support/wires.js';
import { within } from '../../../support/within.js';

/** Longer than a busy machine takes for anything here, in milliseconds. */
const LONG_MS = 20_000;

/** The goodbye of each framing, by hand from the description of the protocol. */
const BYES: Record<FramingName, Buffer> = {
  dp: Buffer.from('4450011400000000', 'hex'),
  'length-prefix': Buffer.from('fffffffe', 'hex'),
  'content-length': Buffer.from('Content-Length: 0\r\n\r\n'),
};

const TRANSPORTS: TransportConfig[] = [
  process.platform === 'win32' ? { transport: 'pipe' } : { transport: 'unix' },
  { transport: 'tcp' },
];

/** Both ends of a connection that agrees on goodbyes. */
function keyedPair(config: TransportConfig) {
  const key = randomBytes(32);
  const carrier: Carrier = { name: 'with a key', config: { ...config, key, auth: 'key' } };
  const own = { key, auth: 'key', closeTimeoutMs: LONG_MS } as const;
  return openPair(carrier, { adapter: own, launcher: own });
}

/** The adapter's end, and a raw socket past the handshake, which offers `features`. */
async function withRawPeer(config: TransportConfig, features: readonly string[] = ['bye']) {
  const key = randomBytes(32);
  const { adapter, endpoint } = await listening({ name: 'keyed', config: { ...config, key, auth: 'key' } });
  const socket = connect({ ...addressOf(endpoint), allowHalfOpen: true }).pause();
  onTestFinished(() => void socket.on('error', () => undefined).destroy());
  await once(socket, 'connect');
  const capabilities = { versions: [1], features };
  const bounds = { handshakeTimeoutMs: LONG_MS, maxHandshakeBytes: 1024 };
  const proved = connectorHandshake(socket, {
    ...bounds,
    key,
    endpoint: describeEndpoint(endpoint),
    capabilities,
  });
  await within(Promise.all([adapter.accept(), proved]), 'both ends are open');
  return { adapter, socket };
}

describe.each(TRANSPORTS)('over $transport', (transport) => {
  describe.each(FRAMING_NAMES)('in frames of %s', (framing) => {
    const config = { ...transport, framing };
    const { frame } = wireOf(framing);

    it('is agreed on by both ends', async () => {
      const { adapter, launcher } = await keyedPair(config);
      const expected = { version: 1, features: ['bye'] };
      expect([adapter.agreement, launcher.agreement]).toEqual([expected, expected]);
    });

    it('follows the last message, and is answered by the goodbye of the other end', async () => {
      const { adapter, socket } = await withRawPeer(config);
      const sent = adapter.writeMessage({ last: 1 });
      const closed = adapter.close();
      const expected = Buffer.concat([frame({ last: 1 }, 2), BYES[framing]]);
      const received: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => received.push(chunk)).resume();
      await sent;
      while (Buffer.concat(received).length < expected.length)
        await within(once(socket, 'data'), 'the goodbye');
      expect(Buffer.concat(received)).toEqual(expected);
      socket.end(Buffer.concat([frame({ reply: 1 }), BYES[framing]]));
      await within(closed, 'the close');
      expect(await readAll(adapter)).toEqual([{ reply: 1 }]);
      expect(await adapter.closed).toMatchObject({ by: 'local', clean: true });
    });

    it('makes the end clean at both ends, and loses nothing when both close at once', async () => {
      const { adapter, launcher } = await keyedPair(config);
      for (const message of numbered(2_000)) {
        void adapter.writeMessage(message);
        void launcher.writeMessage(message);
      }
      const reads = Promise.all([readAll(adapter), readAll(launcher)]);
      await within(Promise.all([adapter.close(), launcher.close()]), 'both closes', LONG_MS);
      expect(await reads).toEqual([numbered(2_000), numbered(2_000)]);
      expect((await adapter.closed).clean && (await launcher.closed).clean).toBe(true);
    });

    it('is missing when the connection is lost, also between two messages', async () => {
      const { adapter, socket } = await withRawPeer(config);
      socket.write(frame({ event: 'last' }), () => socket.end());
      socket.resume();
      expect(await within(adapter.readMessage(), 'the message')).toEqual({ event: 'last' });
      expect((await rejectionOf(within(adapter.readMessage(), 'the end'))).code).toBe(
        'ERR_IPC_CONNECTION_LOST',
      );
      expect(await within(adapter.closed, 'the end')).toMatchObject({
        by: 'peer',
        clean: false,
        error: { code: 'ERR_IPC_CONNECTION_LOST' },
      });
    });

    it('is missing when the peer has destroyed the connection', async () => {
      const { adapter, launcher } = await keyedPair(config);
      const end = rejectionOf(launcher.readMessage());
      adapter.destroy();
      expect((await within(end, 'the end')).code).toBe('ERR_IPC_CONNECTION_LOST');
    });

    it('ends the connection by an error if bytes come behind it', async () => {
      for (const split of [false, true]) {
        const { adapter, socket } = await withRawPeer(config);
        const end = within(adapter.closed, 'the end');
        socket.resume();
        if (split) await new Promise((resolve) => socket.write(BYES[framing], resolve));
        socket.write(Buffer.concat([split ? Buffer.alloc(0) : BYES[framing], frame({ event: 'more' })]));
        // A second write may meet an end that is over already: no message comes out of it either way.
        if (!split)
          expect(await end).toMatchObject({ clean: false, error: { code: 'ERR_IPC_FRAME_HEADER' } });
        else await Promise.race([end, adapter.close()]);
        expect(adapter.counters.messagesReceived).toBe(0);
      }
    });

    it('is not expected of a peer that does not know it: its end is the end', async () => {
      const { adapter, socket } = await withRawPeer(config, []);
      expect(adapter.agreement?.features).toEqual([]);
      const received: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => received.push(chunk)).resume();
      socket.end(frame({ event: 'last' }));
      expect(await readAll(adapter)).toEqual([{ event: 'last' }]);
      expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer', clean: true });
      expect(Buffer.concat(received)).toEqual(Buffer.alloc(0));
    });

    it('is a fault of a peer that has not agreed on it', async () => {
      const { adapter, socket } = await withRawPeer(config, []);
      socket.write(BYES[framing]);
      expect((await within(adapter.closed, 'the end')).error?.code).toMatch(/^ERR_IPC_FRAME_/);
    });
  });
});

describe('without a handshake', () => {
  it('nothing says goodbye', async () => {
    const { adapter, endpoint } = await listening({
      name: 'open',
      config: { ...TRANSPORTS[0], auth: 'off' },
    });
    const peer = await connectRaw(endpoint);
    await adapter.accept();
    const closed = adapter.close();
    expect(await peer.readToEnd()).toEqual(Buffer.alloc(0));
    peer.end();
    await within(closed, 'the close');
    expect(await adapter.closed).toMatchObject({ clean: true });
  });
});

describe('over a pipe, which cannot end in one direction', () => {
  it.each(FRAMING_NAMES)('loses nothing that was sent before the close, in frames of %s', async (framing) => {
    const [slow, other] = pipePair(5);
    const launcher = streamOver(slow, framing, { maxBufferedBytes: 65_536 });
    const adapter = streamOver(other, framing);
    const read: unknown[] = [];
    const allRead = adapter.consume((message) => read.push(message));
    const sends = numbered(200).map((message) => launcher.send({ ...message, pad: 'p'.repeat(20_000) }));
    const closed = adapter.close();
    await within(Promise.all(sends), 'all sends', LONG_MS);
    await within(Promise.all([launcher.close(), closed, allRead]), 'both ends', LONG_MS);
    expect(read).toHaveLength(200);
    expect((await closed).clean && (await launcher.closed).clean).toBe(true);
  });

  it('waits for a reply that takes longer than the pipe would', async () => {
    const [slow, other] = pipePair(200);
    const [launcher, adapter] = [streamOver(slow, 'dp'), streamOver(other, 'dp')];
    const closed = adapter.close();
    await within(launcher.send({ event: 'late' }), 'the send', LONG_MS);
    await within(Promise.all([closed, launcher.close()]), 'the close', LONG_MS);
    expect(await adapter.read()).toEqual({ event: 'late' });
    expect((await closed).clean).toBe(true);
  });

  it('tells a pipe that breaks meanwhile', async () => {
    const [first, other] = pipePair();
    const [launcher, adapter] = [streamOver(first, 'dp'), streamOver(other, 'dp')];
    const sent = rejectionOf(launcher.send({ event: 'x', pad: 'p'.repeat(1_000_000) }));
    other.destroy();
    expect((await within(sent, 'the send')).code).toBe('ERR_IPC_CONNECTION_LOST');
    expect((await within(launcher.closed, 'the end')).clean).toBe(false);
    expect((await within(adapter.closed, 'the end')).clean).toBe(false);
  });
});

describe('a process', () => {
  async function connected(fixture: string, options: { knowsProcess: boolean }) {
    const manager = new IPCManager();
    onTestFinished(() => manager.cleanup());
    const args = await manager.createListener();
    const child = startFixture(fixture, args, manager.launcherEnv);
    const messages: Message[] = [];
    const first = new Promise<void>((resolve) => {
      manager.startReader((message) => resolve(void messages.push(message)), {
        accept: true,
        onError: () => undefined,
        ...(options.knowsProcess && { launcher: child }),
      });
    });
    await within(manager.connected, 'the process is in', LONG_MS);
    return { manager, child, first };
  }

  it('that exits when it has read the end has said goodbye before', async () => {
    const { manager, child } = await connected('exitsAtTheEnd', { knowsProcess: false });
    await within(manager.cleanup(), 'the close', LONG_MS);
    expect(await manager.closed).toMatchObject({ by: 'local', clean: true });
    expect(await exitOf(child)).toEqual({ code: 0, signal: null });
  });

  it('that is killed has not', async () => {
    const { manager, child, first } = await connected('waitsToBeKilled', { knowsProcess: false });
    await within(first, 'the first message', LONG_MS);
    child.kill('SIGKILL');
    expect(await within(manager.closed, 'the end', LONG_MS)).toMatchObject({
      by: 'peer',
      clean: false,
      error: { code: 'ERR_IPC_CONNECTION_LOST' },
    });
  });

  it.each([
    ['0 has meant to end', 0, true],
    ['another code has not', 3, false],
  ])('that is known, and exits with %s', async (_, code, clean) => {
    const { manager, first } = await connected('waitsToBeKilled', { knowsProcess: true });
    await within(first, 'the first message', LONG_MS);
    await manager.sendMessage({ command: 'exit', arguments: code });
    const end = await within(manager.closed, 'the end', LONG_MS);
    expect(end).toMatchObject({ by: 'peer', clean, exit: { code } });
    expect(end.error === undefined).toBe(clean);
  });
});

function streamOver(pipe: Duplex, framing: FramingName, limits: Partial<typeof DEFAULT_LIMITS> = {}) {
  const stream = new MessageStream<Message, object>(pipe, {
    ...DEFAULT_LIMITS,
    closeTimeoutMs: LONG_MS,
    ...limits,
    onFull: 'wait',
    framing: framingOf(framing, 'listener'),
    codec: new MessageCodec(),
    saysBye: true,
  });
  onTestFinished(() => void pipe.destroy());
  return stream;
}
