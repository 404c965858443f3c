import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listeningManager, manager, nowhere, recorder, withRawPeer } from '../../../support/managers.js';
import { posix } from '../../../support/platform.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

describe('cleanup', () => {
  it('may come before anything, and then nothing can begin', async () => {
    const early = manager();
    await within(Promise.all([early.cleanup(), early.cleanup()]), 'the cleanup');
    expect(await early.closed).toMatchObject({ by: 'local', clean: true });
    expect((await rejectionOf(early.connected)).code).toBe('ERR_IPC_CLOSED');
    expect((await rejectionOf(early.createListener())).code).toBe('ERR_IPC_CLOSED');
    expect((await rejectionOf(early.connect({ transport: 'tcp', port: 1 }))).code).toBe('ERR_IPC_CLOSED');
    expect(thrownBy(() => early.startReader(() => undefined)).code).toBe('ERR_IPC_CLOSED');
    expect((await rejectionOf(early.sendMessage({}))).code).toBe('ERR_IPC_CLOSED');
  });

  it('may come while it begins to listen, and leaves nothing', async () => {
    const adapter = manager();
    const listening = rejectionOf(adapter.createListener());
    await within(adapter.cleanup(), 'the cleanup');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('dai-'))).toEqual([]);
    expect((await listening).code).toBe('ERR_IPC_CLOSED');
  });

  it('may come while a listener fails, and nothing begins after that', async () => {
    const adapter = manager();
    const listening = rejectionOf(adapter.createListener({ path: '/nowhere/s' }));
    await within(adapter.cleanup(), 'the cleanup');
    await listening;
    expect((await rejectionOf(adapter.createListener())).code).toBe('ERR_IPC_CLOSED');
  });

  it('ends a connect long before its deadline', async () => {
    const launcher = manager();
    const connected = rejectionOf(launcher.connect({ ...nowhere(), connectTimeoutMs: 60_000 }));
    await within(launcher.cleanup(), 'the cleanup');
    expect((await connected).code).toBe('ERR_IPC_CLOSED');
    expect(await rejectionOf(launcher.connected)).toBe(await connected);
  });

  it('ends the wait for the peer', async () => {
    const { adapter } = await listeningManager();
    adapter.startReader(() => undefined, { accept: true, timeoutMs: Infinity });
    const send = rejectionOf(adapter.sendMessage({}));
    await within(Promise.all([adapter.cleanup(), adapter.cleanup()]), 'the cleanup');
    expect((await rejectionOf(adapter.connected)).code).toBe('ERR_IPC_CLOSED');
    expect((await send).code).toBe('ERR_IPC_CLOSED');
    expect(await adapter.closed).toMatchObject({ by: 'local' });
  });

  it('may come from the handler, and sends what was sent before it', async () => {
    const { adapter, config } = await listeningManager();
    adapter.startReader(
      () => {
        void adapter.sendMessage({ answer: 1 });
        void adapter.cleanup();
      },
      { accept: true },
    );
    const launcher = manager();
    await launcher.connect(config);
    const { messages, handler } = recorder();
    launcher.startReader(handler);
    await launcher.sendMessage({ question: 1 });
    expect(await within(launcher.closed, 'the end')).toMatchObject({ by: 'peer', clean: true });
    expect(messages).toEqual([{ answer: 1 }]);
  });

  it('is what "await using" does, and may come after everything', async () => {
    const { adapter, peer } = await withRawPeer();
    peer.destroy();
    await within(adapter.closed, 'the end');
    await within(adapter[Symbol.asyncDispose](), 'the disposal');
    await within(adapter.cleanup(), 'the cleanup');
    expect(await adapter.closed).toMatchObject({ by: 'peer' });
  });
});

describe('beginning', () => {
  it.runIf(posix)('can be tried again after a listener could not be made', async () => {
    const adapter = manager();
    const path = join(mkdtempSync(join(tmpdir(), 'taken-')), 's');
    writeFileSync(path, '');
    expect((await rejectionOf(adapter.createListener({ path }))).code).toBe('ERR_IPC_ENDPOINT_IN_USE');
    expect(await adapter.createListener()).toHaveLength(4);
  });

  it('is done once: a second connection is refused', async () => {
    const { adapter, config } = await listeningManager();
    expect((await rejectionOf(adapter.createListener())).code).toBe('ERR_IPC_STATE');
    expect((await rejectionOf(adapter.connect(config))).code).toBe('ERR_IPC_STATE');
    const both = manager();
    const first = both.createListener();
    expect((await rejectionOf(both.createListener())).code).toBe('ERR_IPC_STATE');
    await first;
  });
});
