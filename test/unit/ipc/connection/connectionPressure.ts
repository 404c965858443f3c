import { describe, expect, it } from 'vitest';
import type { ConnectionBase } from '../../../../src/ipc/connection/connectionBase.js';
import { systemCode } from '../../../../src/ipc/core/errors.js';
import { listening, openPair, openWithRawPeer } from '../../../support/connectionPair.js';
import type { Carrier } from '../../../support/connectionPair.js';
import { firstLine, startFixture } from '../../../support/fixtureProcess.js';
import { rejectionOf } from '../../../support/rejection.js';
import { settlesSoon } from '../../../support/turns.js';
import { wireOf } from '../../../support/wires.js';
import { within } from '../../../support/within.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** The behaviour of a connection over any transport: a side that stalls or vanishes. */
export function connectionPressure(carrier: Carrier): void {
  describe(`a peer that does not read over ${carrier.name}`, () => {
    stalledPeer(carrier);
  });
  describe(`a local reader that does not read over ${carrier.name}`, () => {
    stalledReader(carrier);
  });
  describe(`a peer that vanishes over ${carrier.name}`, () => {
    vanishedPeer(carrier);
  });
}

const text = 'x'.repeat(64 * KIB);

/** Sends until a send waits: the buffers of the kernel and of the peer are full. */
async function fill(connection: ConnectionBase): Promise<Promise<void>[]> {
  const sends: Promise<void>[] = [];
  for (;;) {
    const send = connection.writeMessage({ number: sends.length, text });
    sends.push(send);
    if (!(await settlesSoon(send))) return sends;
    await send;
  }
}

function stalledPeer(carrier: Carrier): void {
  const { parse } = wireOf(carrier.config.framing);

  it('with onFull "error": sends fail by name, and what is buffered stays bounded', async () => {
    const maxBufferedBytes = MIB;
    const { adapter, peer } = await openWithRawPeer(carrier, { maxBufferedBytes, onFull: 'error' });
    const sends = await fill(adapter);
    let refused = 0;
    for (let number = sends.length; number < 200; number += 1) {
      const send = adapter.writeMessage({ number, text }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'ERR_IPC_BUFFER_FULL' });
        refused += 1;
      });
      sends.push(send);
      expect(adapter.bufferedBytes).toBeLessThanOrEqual(maxBufferedBytes);
    }
    const closed = adapter.close();
    const arrived = parse(await peer.readToEnd());
    peer.end();
    await within(Promise.all([...sends, closed]), 'every send, and the close');
    expect(refused).toBeGreaterThan(100);
    expect(arrived).toHaveLength(sends.length - refused);
  });

  it('with onFull "wait": sends wait, and all arrive in order once it reads', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier, { maxBufferedBytes: 256 * KIB });
    const sends = await fill(adapter);
    while (sends.length < 100) sends.push(adapter.writeMessage({ number: sends.length, text }));
    expect(adapter.bufferedBytes, 'what waits for room is told').toBeGreaterThan(256 * KIB);
    const closed = adapter.close();
    const arrived = parse(await peer.readToEnd()) as { number: number }[];
    peer.end();
    await within(Promise.all([...sends, closed]), 'every send, and the close');
    expect(arrived.map(({ number }) => number)).toEqual(sends.map((_, index) => index));
    expect(adapter.bufferedBytes).toBe(0);
  });

  it('does not keep a close from ending: it ends at its deadline, and says what it dropped', async () => {
    const { adapter } = await openWithRawPeer(carrier, { closeTimeoutMs: 50 });
    const send = rejectionOf(adapter.writeMessage({ text: 'x'.repeat(16 * MIB) }));
    await within(adapter.close(), 'the close', 1_000);
    const info = await adapter.closed;
    expect(info).toMatchObject({ by: 'local', clean: false, error: { code: 'ERR_IPC_CLOSE_TIMEOUT' } });
    expect(await send).toBe(info.error);
  });

  it('does not keep a close from ending when it reads, but never ends its own side', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier, { closeTimeoutMs: 50 });
    const closed = adapter.close();
    await peer.readToEnd();
    await within(closed, 'the close', 1_000);
    expect(await adapter.closed).toMatchObject({ clean: false, error: { code: 'ERR_IPC_CLOSE_TIMEOUT' } });
  });

  it('does not keep a close from flushing when a message that waits turns out too large', async () => {
    const limits = { maxBufferedBytes: 256 * KIB, maxFrameBytes: MIB };
    const { adapter, peer } = await openWithRawPeer(carrier, limits);
    const sends = await fill(adapter);
    while (sends.length < 50) sends.push(adapter.writeMessage({ number: sends.length, text }));
    const refused = rejectionOf(adapter.writeMessage({ text: 'x'.repeat(MIB) }));
    const closed = adapter.close();
    const arrived = parse(await peer.readToEnd());
    peer.end();
    await within(Promise.all([...sends, closed]), 'every send, and the close');
    expect((await refused).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    expect(arrived).toHaveLength(sends.length);
    expect((await adapter.closed).clean).toBe(true);
  });
}

function stalledReader(carrier: Carrier): void {
  const { frame } = wireOf(carrier.config.framing);

  it('stops the peer, and gets everything once it reads', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier, { maxBufferedBytes: 256 * KIB });
    const one = frame({ text });
    let written = 0;
    let write = peer.write(one);
    for (; await settlesSoon(write); write = peer.write(one)) {
      written += 1;
      // The kernel's buffers take a few MiB at most; this would be 25.
      expect(written, 'frames that the peer got rid of').toBeLessThan(400);
    }
    peer.end();
    let read = 0;
    while ((await within(adapter.readMessage(), 'the next message')) !== null) read += 1;
    expect(read).toBe(written + 1);
    await within(write, 'the last write');
  });

  it('does not keep a close from ending, which says that messages were dropped', async () => {
    const { adapter, launcher } = await openPair(carrier, { adapter: { maxBufferedBytes: 64 * KIB } });
    const sends = Array.from({ length: 100 }, () => launcher.writeMessage({ text }).catch(() => undefined));
    await within(adapter.close(), 'the close');
    await within(Promise.all([...sends, launcher.closed]), 'the sends and the end of the other side');
    const { by, clean, reason } = await adapter.closed;
    expect({ by, clean }).toEqual({ by: 'local', clean: false });
    expect(reason).toContain('messages that nobody read');
  });
}

function vanishedPeer(carrier: Carrier): void {
  it('rejects the sends that it will never read, and raises nothing else', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const where = endpoint.transport === 'tcp' ? endpoint : { path: (endpoint as { path: string }).path };
    const child = startFixture('neverReads', [JSON.stringify(where)]);
    await within(adapter.accept({ launcher: child }), 'the child connects');
    expect(await firstLine(child)).toBe('connected');
    const sends = await fill(adapter);
    const read = adapter.readMessage().catch((error: unknown) => error);
    child.kill('SIGKILL');
    expect((await rejectionOf(sends.at(-1) as Promise<void>)).code).toBe('ERR_IPC_CONNECTION_LOST');
    expect((await rejectionOf(adapter.writeMessage({}))).code).toBe('ERR_IPC_CONNECTION_LOST');
    expect(await within(read, 'the read')).toMatchObject({ code: 'ERR_IPC_CONNECTION_LOST' });
    const info = await within(adapter.closed, 'the end');
    expect(info).toMatchObject({ by: 'peer', clean: false, error: { code: 'ERR_IPC_CONNECTION_LOST' } });
    expect(['ECONNRESET', 'EPIPE']).toContain(systemCode(info.error?.cause));
  });

  it('ends a session that only reads', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    const read = adapter.readMessage();
    peer.destroy();
    expect(await within(read, 'the end')).toBeNull();
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer' });
  });
}
