import { describe, expect, it } from 'vitest';
import { endpointOf, connectionOf, listening, openPair } from '../../../support/connectionPair.js';
import type { Carrier } from '../../../support/connectionPair.js';
import { connectRaw } from '../../../support/rawPeer.js';
import { rejectionOf } from '../../../support/rejection.js';
import { wireOf } from '../../../support/wires.js';
import { within } from '../../../support/within.js';

/** The behaviour of a connection over any transport: each of its states. */
export function connectionStates(carrier: Carrier): void {
  describe(`states over ${carrier.name}`, () => {
    states(carrier);
  });
}

function states(carrier: Carrier): void {
  const { frame } = wireOf(carrier.config.framing);

  it('are idle, listening, open, closed', async () => {
    const adapter = connectionOf(carrier);
    const seen = [adapter.state];
    await adapter.startListening();
    seen.push(adapter.state);
    const accepted = adapter.accept();
    await connectRaw(endpointOf(adapter));
    await within(accepted, 'the accept');
    seen.push(adapter.state);
    adapter.destroy();
    expect([...seen, adapter.state]).toEqual(['idle', 'listening', 'open', 'open']);
    await within(adapter.closed, 'the end');
    expect(adapter.state).toBe('closed');
  });

  it('refuse what does not go with them', async () => {
    const idle = connectionOf(carrier);
    expect((await rejectionOf(idle.writeMessage({}))).code).toBe('ERR_IPC_STATE');
    expect((await rejectionOf(idle.readMessage())).code).toBe('ERR_IPC_STATE');
    expect((await rejectionOf(idle.waitForClient())).code).toBe('ERR_IPC_NOT_LISTENING');
    const { adapter } = await openPair(carrier);
    expect((await rejectionOf(adapter.startListening())).code).toBe('ERR_IPC_STATE');
    expect((await rejectionOf(adapter.accept())).code).toBe('ERR_IPC_STATE');
    expect((await rejectionOf(adapter.connect())).code).toBe('ERR_IPC_STATE');
    await adapter.close();
    expect((await rejectionOf(adapter.accept())).code).toBe('ERR_IPC_CLOSED');
    expect((await rejectionOf(adapter.connect())).code).toBe('ERR_IPC_CLOSED');
  });

  it('take one of two accepts at the same time, and refuse the other', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const first = adapter.accept();
    expect((await rejectionOf(adapter.accept())).code).toBe('ERR_IPC_STATE');
    const peer = await connectRaw(endpoint);
    await within(first, 'the first accept');
    await peer.write(frame({ n: 1 }));
    expect(await within(adapter.readMessage(), 'the message, once')).toEqual({ n: 1 });
  });

  it('take one of two connects at the same time, and refuse the other', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const launcher = connectionOf({ name: carrier.name, config: endpoint });
    const first = launcher.connect();
    expect((await rejectionOf(launcher.connect())).code).toBe('ERR_IPC_STATE');
    await within(Promise.all([first, adapter.accept()]), 'the first connect');
  });

  it('take one of two listens at the same time, and refuse the other', async () => {
    const adapter = connectionOf(carrier);
    const first = adapter.startListening();
    expect((await rejectionOf(adapter.startListening())).code).toBe('ERR_IPC_STATE');
    await first;
    expect(adapter.state).toBe('listening');
  });

  it.each(['close', 'destroy'] as const)('settle everything on %s before there is a peer', async (how) => {
    const { adapter } = await listening(carrier);
    const accepted = rejectionOf(adapter.accept());
    await adapter[how]();
    expect((await accepted).code).toBe('ERR_IPC_CLOSED');
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'local' });
    expect(await adapter.readMessage()).toBeNull();
  });

  it.each(['close', 'destroy'] as const)('settle a connect on %s, long before its deadline', async (how) => {
    const { adapter, endpoint } = await listening(carrier);
    await adapter.close();
    const launcher = connectionOf({ name: carrier.name, config: endpoint }, { connectTimeoutMs: 60_000 });
    const connected = rejectionOf(launcher.connect());
    await launcher[how]();
    expect((await connected).code).toBe('ERR_IPC_CLOSED');
  });
}
