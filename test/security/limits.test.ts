import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import type { IpcError } from '../../src/ipc/core/errors.js';
import { IPC_ERROR_CODES } from '../../src/ipc/core/errors.js';
import { decodeMessage } from '../../src/ipc/framing/messageCodec.js';
import {
  DEFAULT_RENDEZVOUS_LIMITS,
  DEFAULT_LIMITS,
  DEFAULT_REQUEST_LIMITS,
  DEFAULT_SERVER_LIMITS,
} from '../../src/ipc/core/limits.js';
import { RequestTracker } from '../../src/ipc/session/requestTracker.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import { recordingLogger } from '../support/recordingLogger.js';
import { rejectionOf, thrownBy } from '../support/rejection.js';
import { settledValue } from '../support/turns.js';
import { eventually, within } from '../support/within.js';
import { localTransport } from '../support/platform.js';
import { CHALLENGE_BYTES, rawHello } from './support/rawHandshake.js';
import {
  configFor,
  connectStranger,
  connectionFor,
  listeningAt,
  readBytes,
  readToTheEnd,
} from './support/sessions.js';

const MIB = 1024 * 1024;
/** `{"x":""}` around a text. */
const AROUND_TEXT = 8;

function messageOf(bytes: number): { x: string } {
  return { x: 'x'.repeat(bytes - AROUND_TEXT) };
}

async function pairWith(
  adapterConfig: TransportConfig,
  launcherConfig: TransportConfig = {},
): Promise<{ adapter: ConnectionBase; launcher: ConnectionBase }> {
  const { adapter, endpoint } = await listeningAt({ transport: localTransport, ...adapterConfig });
  const launcher = connectionFor({ ...configFor(endpoint), ...launcherConfig });
  await within(Promise.all([adapter.accept(), launcher.connect()]), 'both are in');
  return { adapter, launcher };
}

/** Milliseconds until `promise` rejects with `code`. */
async function timeToFail(promise: Promise<unknown>, code: string): Promise<number> {
  const began = performance.now();
  expect((await rejectionOf(promise)).code).toBe(code);
  return performance.now() - began;
}

describe('docs/limits.md', () => {
  const rows = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\| `\w+` +\|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('names every limit with its default, in the order of the code, and no other', () => {
    const documented = rows.map(([, name, value]) => [
      name?.replaceAll('`', ''),
      Number(value?.replaceAll(',', '')),
    ]);
    expect(documented).toEqual(
      Object.entries({
        ...DEFAULT_LIMITS,
        ...DEFAULT_REQUEST_LIMITS,
        ...DEFAULT_RENDEZVOUS_LIMITS,
        ...DEFAULT_SERVER_LIMITS,
      }),
    );
  });

  it('names error codes that exist', () => {
    const codes = rows.flatMap((cells) => [...(cells[6] ?? '').matchAll(/ERR_\w+/g)].map(([code]) => code));
    const withoutCode = rows.filter((cells) => cells[6]?.startsWith('none:'));
    expect(codes).toHaveLength(rows.length - withoutCode.length);
    for (const code of codes) expect(IPC_ERROR_CODES).toContain(code);
  });

  it.each(Object.keys(DEFAULT_LIMITS))('describes settings: %s must be above 0', (name) => {
    for (const value of [0, -1, Number.NaN, '5' as unknown as number]) {
      expect(thrownBy(() => connectionFor({ [name]: value })).code).toBe('ERR_IPC_CONFIG');
    }
    expect(() => connectionFor({ [name]: 1 })).not.toThrow();
  });
});

describe('maxFrameBytes', () => {
  it('is the largest payload that is received; one byte more ends the connection', async () => {
    const { adapter, launcher } = await pairWith({ maxFrameBytes: 100 });
    await launcher.writeMessage(messageOf(100));
    expect(await within(adapter.readMessage(), 'the largest')).toEqual(messageOf(100));
    await launcher.writeMessage(messageOf(101));
    expect((await rejectionOf(adapter.readMessage())).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'local', clean: false });
  });

  it('is the largest payload that is sent; one byte more fails alone', async () => {
    const { adapter, launcher } = await pairWith({}, { maxFrameBytes: 100 });
    expect((await rejectionOf(launcher.writeMessage(messageOf(101)))).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    await launcher.writeMessage(messageOf(100));
    expect(await within(adapter.readMessage(), 'the largest')).toEqual(messageOf(100));
  });

  it('takes the default of 64 MiB to the byte, both ways of counting', async () => {
    const { adapter, launcher } = await pairWith({});
    const largest = messageOf(DEFAULT_LIMITS.maxFrameBytes);
    void launcher.writeMessage(largest);
    const got = await within(adapter.readMessage(), 'the largest', 15_000);
    expect((got as { x: string }).x).toHaveLength(largest.x.length);
    const error = await rejectionOf(launcher.writeMessage(messageOf(DEFAULT_LIMITS.maxFrameBytes + 1)));
    expect(error.code).toBe('ERR_IPC_FRAME_TOO_LARGE');
  });

  it('is checked before anything is allocated', async () => {
    const { adapter, endpoint } = await listeningAt({ transport: localTransport, maxFrameBytes: MIB });
    const before = process.memoryUsage().arrayBuffers;
    const stranger = await connectStranger(endpoint);
    await within(adapter.accept(), 'it is in: no key is asked for');
    stranger.write(Buffer.from('44500101ffffffff', 'hex'));
    expect((await rejectionOf(adapter.readMessage())).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MIB);
    await readToTheEnd(stranger);
  });
});

describe('maxBufferedBytes', () => {
  const frame = messageOf(64 * 1024);

  it('bounds what waits for a peer that does not read: the next send fails, or waits', async () => {
    const { adapter, endpoint } = await listeningAt({
      transport: localTransport,
      maxBufferedBytes: MIB,
      onFull: 'error',
    });
    await connectStranger(endpoint);
    await within(adapter.accept(), 'it is in');
    let failure: IpcError | undefined;
    for (let sent = 0; sent < 100 && failure === undefined; sent += 1) {
      adapter.writeMessage(frame).catch((error: unknown) => (failure ??= error as IpcError));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(failure?.code).toBe('ERR_IPC_BUFFER_FULL');
    expect(adapter.bufferedBytes).toBeLessThanOrEqual(MIB + 8);
    expect(adapter.bufferedBytes).toBeGreaterThan(MIB / 2);
    expect(adapter.state).toBe('open');
  });

  it('bounds what waits for a reader that does not read: the peer cannot send more', async () => {
    const { adapter, launcher } = await pairWith({ maxBufferedBytes: MIB }, { maxBufferedBytes: MIB });
    const before = process.memoryUsage();
    let sent = 0;
    const flood = async (): Promise<void> => {
      for (;;) {
        await launcher.writeMessage(frame);
        sent += 64 * 1024;
      }
    };
    const flooding = flood().catch(() => undefined);
    await eventually(() => launcher.bufferedBytes > 0, 'the peer is stopped');
    await settledValue(() => sent);
    // One buffer's worth here, and what the two kernel buffers take.
    expect(sent).toBeLessThan(4 * MIB);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(
      24 * MIB,
    );
    launcher.destroy();
    adapter.destroy();
    await flooding;
  });
});

describe('the deadlines', () => {
  const SHORT_MS = 80;
  const SLACK_MS = 700;

  it('acceptTimeoutMs ends the wait for a peer', async () => {
    const { adapter } = await listeningAt({ transport: localTransport, acceptTimeoutMs: SHORT_MS });
    const took = await timeToFail(adapter.accept(), 'ERR_IPC_ACCEPT_TIMEOUT');
    expect(took).toBeGreaterThan(SHORT_MS - 10);
    expect(took).toBeLessThan(SHORT_MS + SLACK_MS);
  });

  it('connectTimeoutMs ends the attempts to connect', async () => {
    const nowhere = connectionFor({
      transport: localTransport,
      path: '/tmp/nobody-is-here',
      connectTimeoutMs: SHORT_MS,
    });
    const took = await timeToFail(nowhere.connect(), 'ERR_IPC_CONNECT_TIMEOUT');
    expect(took).toBeGreaterThan(SHORT_MS - 10);
    expect(took).toBeLessThan(SHORT_MS + SLACK_MS);
  });

  it("handshakeTimeoutMs ends a silent stranger's handshake, and not the listener", async () => {
    const logger = recordingLogger();
    const key = Buffer.alloc(32, 1);
    const { adapter, endpoint } = await listeningAt({
      transport: localTransport,
      key,
      handshakeTimeoutMs: SHORT_MS,
      logger,
    });
    const stranger = await connectStranger(endpoint);
    const began = performance.now();
    await readToTheEnd(stranger);
    expect(performance.now() - began).toBeLessThan(SHORT_MS + SLACK_MS);
    expect(logger.entries).toContainEqual(
      expect.objectContaining({
        fields: expect.objectContaining({
          err: expect.objectContaining({ code: 'ERR_IPC_HANDSHAKE_TIMEOUT' }) as unknown,
        }) as unknown,
      }),
    );
    const launcher = connectionFor({ ...configFor(endpoint), key });
    await within(Promise.all([adapter.accept(), launcher.connect()]), 'the launcher gets in after that');
  });

  it('closeTimeoutMs ends the wait for a peer that neither reads nor ends', async () => {
    const { adapter, endpoint } = await listeningAt({ transport: localTransport, closeTimeoutMs: SHORT_MS });
    await connectStranger(endpoint);
    await within(adapter.accept(), 'it is in');
    const began = performance.now();
    await within(adapter.close(), 'it is closed');
    expect(performance.now() - began).toBeLessThan(SHORT_MS + SLACK_MS);
    expect((await adapter.closed).error?.code).toBe('ERR_IPC_CLOSE_TIMEOUT');
  });
});

describe('maxPendingHandshakes', () => {
  it('is how many strangers may be at it: the one too many makes the first go', async () => {
    const logger = recordingLogger();
    const { endpoint } = await listeningAt({
      transport: localTransport,
      key: Buffer.alloc(32, 1),
      maxPendingHandshakes: 3,
      logger,
    });
    const refused = (): number => logger.entries.filter(({ level }) => level === 'warn').length;
    for (let count = 0; count < 3; count += 1) {
      const stranger = await connectStranger(endpoint);
      stranger.write(rawHello());
      await readBytes(stranger, CHALLENGE_BYTES);
    }
    expect(refused()).toBe(0);
    await connectStranger(endpoint);
    await eventually(() => refused() === 1, 'one is refused');
  });
});

describe('maxPendingRequests', () => {
  it('is how many may wait; one more is refused, until one is answered', async () => {
    const tracker = new RequestTracker<string>({ maxPendingRequests: 2 });
    const first = tracker.begin({ what: 'the first' });
    tracker.begin({ what: 'the second' });
    const error = await rejectionOf(tracker.begin({ what: 'the third' }).result);
    expect(error.code).toBe('ERR_IPC_TOO_MANY_REQUESTS');
    expect(error.message).toContain('the third was not asked: 2 requests wait');
    expect(tracker.size).toBe(2);
    tracker.settle(first.id, 'answer');
    tracker.begin({ what: 'the fourth' });
    expect(tracker.size).toBe(2);
    tracker.rejectAll(new Error('over'));
    expect(tracker.size).toBe(0);
  });

  it('is 10,000 unless set', async () => {
    const tracker = new RequestTracker<string>();
    for (let count = 0; count < 10_000; count += 1) tracker.begin({ what: 'one' });
    expect((await rejectionOf(tracker.begin({ what: 'one more' }).result)).code).toBe(
      'ERR_IPC_TOO_MANY_REQUESTS',
    );
    expect(tracker.size).toBe(10_000);
    tracker.rejectAll(new Error('over'));
  });
});

describe('the depth of JSON', () => {
  const DEPTH = 1_000_000;
  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('is bounded by maxJsonDepth, at its edge: nested %s', (_, open, close) => {
    // The message itself is the first level.
    const nested = (levels: number): Buffer =>
      Buffer.from(`{"x":${open.repeat(levels - 1)}${open === '[' ? '' : '1'}${close.repeat(levels - 1)}}`);
    expect(decodeMessage(nested(DEFAULT_LIMITS.maxJsonDepth))).toHaveProperty('x');
    expect(decodeMessage(nested(DEFAULT_LIMITS.maxJsonDepth + 1))).toMatchObject({
      code: 'ERR_IPC_BAD_MESSAGE',
      message: expect.stringContaining('maxJsonDepth') as string,
    });
    expect(decodeMessage(nested(DEPTH))).toMatchObject({ code: 'ERR_IPC_BAD_MESSAGE' });
  });

  it('does not count brackets inside of strings, nor brackets side by side', () => {
    const text = '[{'.repeat(DEPTH);
    expect(decodeMessage(Buffer.from(JSON.stringify({ text: `${text}\\"${text}` })))).toHaveProperty('text');
    expect(decodeMessage(Buffer.from(JSON.stringify({ list: Array(5_000).fill([{}]) })))).toHaveProperty(
      'list',
    );
  });

  it('does no harm where it never closes', () => {
    expect(decodeMessage(Buffer.from(`{"x":${'['.repeat(DEPTH)}`))).toMatchObject({
      code: 'ERR_IPC_BAD_MESSAGE',
    });
  });

  it('does not end the session that gets it, on any connection', async () => {
    const { adapter, launcher } = await pairWith({}, {});
    const deep = await pairWith({ maxJsonDepth: 2 }, {});
    for (const [one, levels] of [
      [adapter, DEFAULT_LIMITS.maxJsonDepth],
      [deep.adapter, 2],
    ] as const) {
      const sender = one === adapter ? launcher : deep.launcher;
      let value: unknown = 1;
      for (let level = 0; level < levels; level += 1) value = { x: value };
      await sender.writeMessage({ x: value });
      await sender.writeMessage({ still: 'alive' });
      expect((await rejectionOf(one.readMessage())).code).toBe('ERR_IPC_BAD_MESSAGE');
      expect(await within(one.readMessage(), 'the next message')).toEqual({ still: 'alive' });
    }
  });

  it('is bounded by maxJsonValues, at its edge', async () => {
    const { adapter, launcher } = await pairWith({ maxJsonValues: 1_000 });
    // The message, the list and its items.
    await launcher.writeMessage({ list: Array(998).fill(0) });
    expect(await within(adapter.readMessage(), 'the message at the limit')).toHaveProperty('list');
    await launcher.writeMessage({ list: Array(999).fill(0) });
    expect((await rejectionOf(adapter.readMessage())).message).toContain('maxJsonValues');
  });
});
