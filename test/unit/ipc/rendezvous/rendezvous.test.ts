import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claimPeer, Rendezvous, TransportFactory, waitAtRendezvous } from '../../../../src/ipc/index.js';
import type { Claim, RendezvousAddress, RendezvousOptions, PendingPeer } from '../../../../src/ipc/index.js';
import { parseLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import { readKeyFile } from '../../../../src/ipc/authentication/keyFile.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { rejectionOf } from '../../../support/rejection.js';
import { eventually, within } from '../../../support/within.js';
import { posix } from '../../../support/platform.js';

const ADOPTION: Claim = { launcherArgs: ['--ipc', 'fd', '--ipc-fd', '3'], launcherEnv: { NAME: 'value' } };

/** A desk that is closed with the test, and what it told. */
async function openDesk(options: Partial<RendezvousOptions> = {}) {
  const told: PendingPeer[] = [];
  const released: [hello: unknown, reason: string][] = [];
  const desk = await Rendezvous.open({
    onHello: (waiting) => told.push(waiting),
    onReleased: ({ hello }, reason) => released.push([hello, reason]),
    ...options,
  });
  onTestFinished(() => desk.close());
  const said = async (count: number): Promise<readonly PendingPeer[]> => {
    await eventually(() => told.length >= count, `${count} hellos`);
    return told;
  };
  return { desk, address: desk.address, said, released };
}

/** A connection to a desk by one who has its key, for what is said wrong. */
async function connection(address: RendezvousAddress) {
  const { config } = parseLauncherArgs(address.launcherArgs);
  const made = await TransportFactory.createConnection({ ...config, key: readKeyFile(address.keyFile).key });
  onTestFinished(() => made.close());
  return made;
}

describe.each(['auto', 'tcp'])('a desk over %s', (transport) => {
  it('has those who come wait, and sends each to who adopts it', async () => {
    const { address, said } = await openDesk({ transport: { transport } });
    const waits = [1, 2, 3].map((pid) => waitAtRendezvous(address, { pid }));
    const waiting = await said(3);
    expect(waiting.map(({ hello }) => hello.pid).sort()).toEqual([1, 2, 3]);

    for (const { id, hello } of waiting) {
      const adoption = { ...ADOPTION, launcherEnv: { PID: String(hello.pid) } };
      await within(claimPeer(address, id, adoption), 'the adoption');
    }
    const adoptions = await within(Promise.all(waits), 'the word to those who wait');
    expect(adoptions.map(({ launcherEnv }) => launcherEnv.PID)).toEqual(['1', '2', '3']);
    expect(adoptions[0]?.launcherArgs).toEqual(ADOPTION.launcherArgs);
  });
});

describe('a desk', () => {
  it('lets one that nobody wants go, and says why', async () => {
    const { desk, address, said, released } = await openDesk();
    const wait = rejectionOf(waitAtRendezvous(address, { pid: 1 }));
    const [waiting] = await said(1);
    desk.release(waiting?.id ?? '', 'refused');
    expect(await within(wait, 'the release')).toMatchObject({ code: 'ERR_IPC_RELEASED', message: 'refused' });
    expect(released).toEqual([[{ pid: 1 }, 'refused']]);
    expect(desk.size).toBe(0);
    desk.release(waiting?.id ?? '', 'twice');
    expect(released).toHaveLength(1);
  });

  it('lets one go that has waited for waitTimeoutMs', async () => {
    const { address, released } = await openDesk({ waitTimeoutMs: 50 });
    const error = await within(rejectionOf(waitAtRendezvous(address, {})), 'the release');
    expect(error).toMatchObject({ code: 'ERR_IPC_RELEASED', message: 'nobody adopted it within 50 ms' });
    expect(released).toHaveLength(1);
  });

  it('has maxWaiting wait, and lets one more go at once', async () => {
    const { desk, address, said } = await openDesk({ maxWaiting: 2 });
    const waits = [waitAtRendezvous(address, {}), waitAtRendezvous(address, {})].map(rejectionOf);
    await said(2);
    const error = await within(rejectionOf(waitAtRendezvous(address, {})), 'the release');
    expect(error).toMatchObject({ code: 'ERR_IPC_RELEASED', message: '2 others wait already' });
    expect(desk.size).toBe(2);
    await desk.close();
    for (const wait of waits) expect(await wait).toMatchObject({ code: 'ERR_IPC_RELEASED' });
  });

  it('sends away one that has said nothing for helloTimeoutMs, and serves others meanwhile', async () => {
    const logger = recordingLogger();
    const { desk, address, said } = await openDesk({ helloTimeoutMs: 100, logger });
    const silent = await connection(address);
    const wait = rejectionOf(waitAtRendezvous(address, {}));
    await said(1);
    const end = rejectionOf(within(silent.readMessage(), 'the end of the silent one'));
    expect((await end).code).toBe('ERR_IPC_CONNECTION_LOST');
    const refusal = logger.entries.find(
      ({ message }) => message === 'a peer of the rendezvous is disconnected',
    );
    expect(refusal?.fields).toMatchObject({ err: { code: 'ERR_IPC_ACCEPT_TIMEOUT' } });
    await desk.close();
    expect(await within(wait, 'the release')).toMatchObject({ code: 'ERR_IPC_RELEASED' });
  });

  it.each([{ event: 'something' }, { command: 'release', arguments: {}, id: 1 }, {}])(
    'sends away one that says %j',
    async (message) => {
      const { desk, address } = await openDesk();
      const stranger = await connection(address);
      await stranger.writeMessage(message);
      expect((await rejectionOf(within(stranger.readMessage(), 'the end'))).code).toBe(
        'ERR_IPC_CONNECTION_LOST',
      );
      expect(desk.size).toBe(0);
    },
  );

  it('lets nobody in without its key', async () => {
    const { address, said, desk } = await openDesk();
    const { config } = parseLauncherArgs(address.launcherArgs);
    const stranger = TransportFactory.createConnection({ ...config, key: Buffer.alloc(32) });
    expect(await rejectionOf(stranger)).toMatchObject({ code: 'ERR_IPC_AUTHENTICATION' });
    const raw = connect(config.path ?? config.pipeName ?? '');
    await once(raw, 'connect');
    raw.write('GET / HTTP/1.1\r\n\r\n');
    await within(once(raw, 'close'), 'the end of the stranger');
    expect(desk.size).toBe(0);
    const wait = rejectionOf(waitAtRendezvous(address, {}));
    await said(1);
    await desk.close();
    expect(await within(wait, 'the release')).toMatchObject({ code: 'ERR_IPC_RELEASED' });
  });

  it('refuses an adoption of one that does not wait there, or not any more', async () => {
    const { address, said } = await openDesk();
    const wait = waitAtRendezvous(address, {});
    const [waiting] = await said(1);
    const id = waiting?.id ?? '';
    await claimPeer(address, id, ADOPTION);
    await wait;
    for (const other of [id, 'nobody']) {
      const error = await rejectionOf(claimPeer(address, other, ADOPTION));
      expect(error).toMatchObject({ code: 'ERR_IPC_RELEASED', message: /no such process waits here/ });
    }
  });

  it('refuses an adoption that does not say where to go, and has the one that waits go on waiting', async () => {
    const { address, said } = await openDesk();
    const wait = waitAtRendezvous(address, {});
    const [waiting] = await said(1);
    const wrong = { launcherArgs: [1] } as unknown as Claim;
    const error = await rejectionOf(claimPeer(address, waiting?.id ?? '', wrong));
    expect(error).toMatchObject({ code: 'ERR_IPC_RELEASED', message: /"launcherArgs", a list of strings/ });
    await claimPeer(address, waiting?.id ?? '', ADOPTION);
    expect(await within(wait, 'the adoption')).toEqual(ADOPTION);
  });

  it('forgets one that has gone', async () => {
    const { desk, address, said, released } = await openDesk();
    const child = await connection(address);
    await child.writeMessage({ event: 'hello', body: { pid: 7 } });
    const [waiting] = await said(1);
    child.destroy();
    await eventually(() => desk.size === 0, 'an empty desk');
    expect(released).toEqual([[{ pid: 7 }, 'it has gone']]);
    const error = await rejectionOf(claimPeer(address, waiting?.id ?? '', ADOPTION));
    expect(error).toMatchObject({ code: 'ERR_IPC_RELEASED' });
  });

  it('keeps its key in a private file, and removes it when it is closed', async () => {
    const { desk, address } = await openDesk();
    if (posix) {
      expect(statSync(address.keyFile).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(address.keyFile)).mode & 0o777).toBe(0o700);
    }
    const wait = rejectionOf(waitAtRendezvous(address, {}));
    await eventually(() => desk.size === 1, 'one that waits');
    await desk.close();
    await desk.close();
    expect(await within(wait, 'the release')).toMatchObject({ code: 'ERR_IPC_RELEASED' });
    expect(existsSync(dirname(address.keyFile))).toBe(false);
    expect(await rejectionOf(waitAtRendezvous(address, {}))).toMatchObject({ code: 'ERR_IPC_KEY' });
  });

  it('that says nothing does not hold those who wait for ever', async () => {
    const { address, said } = await openDesk();
    const wait = rejectionOf(waitAtRendezvous(address, {}, { timeoutMs: 50 }));
    await said(1);
    expect(await within(wait, 'the end of the wait')).toMatchObject({ code: 'ERR_IPC_ACCEPT_TIMEOUT' });
  });

  it('is not had over an inherited pair', async () => {
    const error = await rejectionOf(openDesk({ transport: { transport: 'fd' } }));
    expect(error).toMatchObject({ code: 'ERR_IPC_CONFIG' });
  });
});
