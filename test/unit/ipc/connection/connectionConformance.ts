import { describe, expect, it } from 'vitest';
import { IpcError } from '../../../../src/ipc/core/errors.js';
import {
  canHalfClose,
  connectionOf,
  listening,
  openPair,
  openWithRawPeer,
} from '../../../support/connectionPair.js';
import type { Carrier } from '../../../support/connectionPair.js';
import { numbered, readAll } from '../../../support/readAll.js';
import { COMMAND, EVENT } from '../../../support/rawFrames.js';
import { rejectionOf } from '../../../support/rejection.js';
import { wireOf } from '../../../support/wires.js';
import { within } from '../../../support/within.js';
import { connectionInput } from './connectionInput.js';
import { connectionPressure } from './connectionPressure.js';
import { connectionStates } from './connectionStates.js';

const MIB = 1024 * 1024;

/**
 * The behaviour of a connection over any transport: messages and both ends here, faulty input from the peer in
 * `connectionInput.ts`, states in `connectionStates.ts`, stalls in `connectionPressure.ts`.
 */
export function connectionConformance(carrier: Carrier): void {
  describe(`messages over ${carrier.name}`, () => {
    messages(carrier);
  });
  describe(`closing over ${carrier.name}`, () => {
    closing(carrier);
  });
  describe(`destroying over ${carrier.name}`, () => {
    destroying(carrier);
  });
  connectionInput(carrier);
  connectionStates(carrier);
  connectionPressure(carrier);
}

function messages(carrier: Carrier): void {
  const { frame } = wireOf(carrier.config.framing);

  it('carries messages in both directions', async () => {
    const { adapter, launcher } = await openPair(carrier);
    await adapter.writeMessage({ command: 'initialize', id: 1 });
    await launcher.writeMessage({ event: 'output', body: { output: 'zwölf ✓ 😀' } });
    expect(await within(launcher.readMessage(), 'the command')).toEqual({ command: 'initialize', id: 1 });
    expect(await within(adapter.readMessage(), 'the event')).toEqual({
      event: 'output',
      body: { output: 'zwölf ✓ 😀' },
    });
  });

  it('sends commands from the side that listened and events from the side that connected', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    await adapter.writeMessage({ command: 'x' });
    const closed = adapter.close();
    expect(await peer.readToEnd()).toEqual(frame('{"command":"x"}', COMMAND));
    peer.end();
    await within(closed, 'the close');

    const { adapter: other, endpoint } = await listening(carrier);
    const launcher = connectionOf({ name: carrier.name, config: endpoint });
    await Promise.all([other.accept(), launcher.connect()]);
    expect([other.transport, other.state, launcher.state]).toEqual([endpoint.transport, 'open', 'open']);
  });

  it('keeps the order of sends that nobody awaited', async () => {
    const { adapter, launcher } = await openPair(carrier);
    const sends = numbered(1_000).map((message) => adapter.writeMessage(message));
    await within(Promise.all(sends), 'all sends');
    await adapter.close();
    expect(await readAll(launcher)).toEqual(numbered(1_000));
  });

  it('keeps the order of small and large messages', async () => {
    const { adapter, launcher } = await openPair(carrier);
    const mixed = [10, 300_000, 5, 70_000, 1, 2 * MIB, 3].map((size) => ({ text: 'x'.repeat(size) }));
    const sends = mixed.map((message) => adapter.writeMessage(message));
    expect(await Promise.all([readAll(launcher), ...sends, adapter.close()]).then(([read]) => read)).toEqual(
      mixed,
    );
  });

  it('reads commands and events alike, from a peer that writes spaced and escaped JSON', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    await peer.write(Buffer.concat([frame('{"event": "\\u2713"}', EVENT), frame('{"a": 1}', COMMAND)]));
    peer.end();
    expect(await readAll(adapter)).toEqual([{ event: '✓' }, { a: 1 }]);
  });

  it('reads a message that comes byte by byte', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    for (const byte of frame({ event: 'slow' })) await peer.write(Buffer.from([byte]));
    expect(await within(adapter.readMessage(), 'the message')).toEqual({ event: 'slow' });
  });
}

function closing(carrier: Carrier): void {
  const { frame } = wireOf(carrier.config.framing);

  it('loses nothing: 8 MiB written and then closed arrive whole', async () => {
    const { adapter, launcher } = await openPair(carrier);
    const text = 'é'.repeat(4 * MIB);
    const sent = adapter.writeMessage({ text });
    const closed = adapter.close();
    expect(await readAll(launcher)).toEqual([{ text }]);
    await within(Promise.all([sent, closed]), 'the send and the close');
    expect(await adapter.closed).toMatchObject({ by: 'local', clean: true });
    expect(await within(launcher.closed, 'the end at the other side')).toMatchObject({
      by: 'peer',
      clean: true,
    });
  });

  it('loses nothing of many messages written and then closed, read late', async () => {
    const { adapter, launcher } = await openPair(carrier);
    for (const message of numbered(5_000)) void adapter.writeMessage(message);
    await within(adapter.close(), 'the close');
    await within(launcher.closed, 'the end at the other side');
    expect(await readAll(launcher)).toEqual(numbered(5_000));
  });

  it('may be done repeatedly and at the same time, and settles each time', async () => {
    const { adapter, launcher } = await openPair(carrier);
    await within(Promise.all([adapter.close(), adapter.close(), launcher.close()]), 'all closes');
    await adapter.close();
    expect(await adapter.closed).toMatchObject({ by: 'local', clean: true });
    expect(adapter.state).toBe('closed');
  });

  it('is done by "await using"', async () => {
    const { adapter, launcher } = await openPair(carrier);
    await within(adapter[Symbol.asyncDispose](), 'the disposal');
    expect(adapter.state).toBe('closed');
    expect(await readAll(launcher)).toEqual([]);
  });

  it('refuses sends from then on', async () => {
    const { adapter } = await openPair(carrier);
    const closed = adapter.close();
    expect((await rejectionOf(adapter.writeMessage({ late: 1 }))).code).toBe('ERR_IPC_CLOSED');
    await closed;
    expect((await rejectionOf(adapter.writeMessage({ late: 2 }))).code).toBe('ERR_IPC_CLOSED');
  });

  it('ends a read that waits with the end, not with an error', async () => {
    const { adapter } = await openPair(carrier);
    const read = adapter.readMessage();
    await within(adapter.close(), 'the close');
    expect(await within(read, 'the read')).toBeNull();
  });

  it.runIf(canHalfClose(carrier))('still reads what the peer sends until its own end', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    const closed = adapter.close();
    expect(await peer.readToEnd()).toEqual(Buffer.alloc(0));
    await peer.write(frame({ event: 'last words' }));
    peer.end();
    await within(closed, 'the close');
    expect(await readAll(adapter)).toEqual([{ event: 'last words' }]);
    expect((await adapter.closed).clean).toBe(true);
  });
}

function destroying(carrier: Carrier): void {
  it('tells its error to sends and reads that wait, and to later ones', async () => {
    const { adapter } = await openWithRawPeer(carrier);
    const cause = new IpcError('ERR_IPC_ABORTED', 'enough');
    const sends = [16, 1, 1].map((size) =>
      rejectionOf(adapter.writeMessage({ text: 'x'.repeat(size * MIB) })),
    );
    const read = rejectionOf(adapter.readMessage());
    await new Promise((resolve) => setImmediate(resolve));
    adapter.destroy(cause);
    expect(await Promise.all([...sends, read])).toEqual([cause, cause, cause, cause]);
    expect(await rejectionOf(adapter.writeMessage({}))).toBe(cause);
    expect(await within(adapter.readMessage(), 'the end')).toBeNull();
    expect(await within(adapter.closed, 'the end')).toEqual({
      by: 'local',
      clean: false,
      reason: 'enough',
      error: cause,
    });
  });

  it('tells its error to a send of the same turn', async () => {
    const { adapter } = await openPair(carrier);
    const cause = new IpcError('ERR_IPC_ABORTED', 'enough');
    const send = rejectionOf(adapter.writeMessage({ never: 'written' }));
    adapter.destroy(cause);
    expect(await send).toBe(cause);
  });

  it('may be done repeatedly, before and after a close, and keeps the first cause', async () => {
    const { adapter } = await openPair(carrier);
    const first = new IpcError('ERR_IPC_ABORTED', 'first');
    adapter.destroy(first);
    adapter.destroy(new IpcError('ERR_IPC_ABORTED', 'second'));
    await within(adapter.close(), 'a close after the destroy');
    adapter.destroy();
    expect((await adapter.closed).error).toBe(first);
  });

  it('cuts a close short', async () => {
    const { adapter } = await openWithRawPeer(carrier, { closeTimeoutMs: 60_000 });
    void adapter.writeMessage({ text: 'x'.repeat(16 * MIB) }).catch(() => undefined);
    const closed = adapter.close();
    adapter.destroy();
    await within(closed, 'the close');
    expect(await adapter.closed).toMatchObject({ by: 'local', clean: false });
  });

  it('is an end to the peer', async () => {
    const { adapter, launcher } = await openPair(carrier);
    adapter.destroy();
    expect(await within(launcher.readMessage(), 'the end at the other side')).toBeNull();
    await within(launcher.closed, 'the end at the other side');
  });
}
