import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { endianness } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canIdentifyPeers, checkPeerUser, identifyPeer } from '../../../../src/ipc/transport/peerIdentity.js';
import type { PeerSystem } from '../../../../src/ipc/transport/peerIdentity.js';
import type { SocketTables } from '../../../../src/ipc/transport/socketTable.js';

const ENDS = { own: { host: '127.0.0.1', port: 0x126f }, peer: { host: '127.0.0.1', port: 0xd9a0 } };
const REST = '00000000:00000000 00:00000000 00000000';

const LISTENER = entry('0100007F:126F 00000000:0000 0A', 1000, 9);
const EMPTY: SocketTables = { tcp: '', tcp6: '' };

function entry(addressesAndState: string, uid: number, inode: number): string {
  return ` 1: ${addressesAndState} ${REST} ${uid} 0 ${inode} 1\n`;
}

function peerOf(uid: number, inode = 77, state = '01'): string {
  return entry(`0100007F:D9A0 0100007F:126F ${state}`, uid, inode);
}

/** A system whose reads give these tables, one after the other, and then the last one for good. */
function systemWith(
  reads: readonly (string | undefined)[],
  more: Partial<PeerSystem> = {},
): PeerSystem & { readonly count: () => number } {
  let count = 0;
  return {
    readTablesNow: () => 'later',
    readTables: () => {
      const tcp = reads[Math.min(count, reads.length - 1)];
      count += 1;
      return Promise.resolve(tcp === undefined ? undefined : { tcp, tcp6: '' });
    },
    pausesMs: [0, 0, 0],
    ownUid: 1000,
    isOwnUidShared: false,
    ...more,
    count: () => count,
  };
}

describe.skipIf(endianness() === 'BE')('the identity of a peer', () => {
  it.each([
    ['its user', [LISTENER + peerOf(1001)], { kind: 'user', uid: 1001 }],
    [
      'its user, though the first reads missed it',
      [LISTENER, '', LISTENER + peerOf(1001)],
      { kind: 'user', uid: 1001 },
    ],
    ['gone, if no read has it', [LISTENER], { kind: 'gone' }],
    [
      'gone, if its process has closed it: user 0 is not root then',
      [LISTENER + peerOf(0, 0, '06')],
      { kind: 'gone' },
    ],
    [
      'its user, if the system keeps that for a closed one',
      [LISTENER + peerOf(1001, 0, '05')],
      { kind: 'user', uid: 1001 },
    ],
    ['gone, if two users have it', [LISTENER + peerOf(1000) + peerOf(1001)], { kind: 'gone' }],
    ['gone, if the tables cannot be read for the moment', [''], { kind: 'gone' }],
    ['unknown without tables', [undefined], { kind: 'unknown' }],
    [
      'unknown, if not even our listener is in the tables',
      [entry('0100007F:0001 00000000:0000 0A', 0, 3)],
      { kind: 'unknown' },
    ],
  ])('is %s', async (_, reads, expected) => {
    expect(await identifyPeer(ENDS, systemWith(reads))).toEqual(expected);
  });

  it('is looked up at once, before the peer can go', async () => {
    const system = systemWith([LISTENER], { readTablesNow: () => ({ tcp: peerOf(1001), tcp6: '' }) });
    expect(await identifyPeer(ENDS, system)).toEqual({ kind: 'user', uid: 1001 });
    expect(system.count()).toBe(0);
  });

  it('is looked up a bounded number of times', async () => {
    const system = systemWith([LISTENER]);
    await identifyPeer(ENDS, system);
    expect(system.count()).toBe(4);
  });

  it.each([
    ['there are no user numbers', { ownUid: undefined }],
    ['the own number also stands for others', { isOwnUidShared: true }],
  ])('is unknown where %s', async (_, more) => {
    const system = systemWith([LISTENER + peerOf(1000)], more);
    expect(await identifyPeer(ENDS, system)).toEqual({ kind: 'unknown' });
    expect(await canIdentifyPeers(ENDS.own, system)).toBe(false);
  });

  it.each([
    ['has our listener', [LISTENER], true],
    ['has our listener after a while', ['', LISTENER], true],
    ['never has our listener', [''], false],
    ['is missing', [undefined], false],
  ])('can be told if a table %s', async (_, reads, expected) => {
    expect(await canIdentifyPeers(ENDS.own, systemWith(reads))).toBe(expected);
  });
});

/** A connection within this process. @returns the accepted end */
async function accepted(host: string, dialled = host): Promise<Socket> {
  const server = createServer({ pauseOnConnect: true });
  onTestFinished(() => void server.close());
  server.listen({ host, port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: dialled, port });
  const [socket] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
  });
  return socket;
}

describe.runIf(process.platform === 'linux')('a peer on this system', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['::1', '::1'],
    ['::', '127.0.0.1'],
    ['::', '::1'],
  ])('that listens on %s and is dialled as %s is known to be ours', async (host, dialled) => {
    expect(await checkPeerUser(await accepted(host, dialled))).toBe('same user');
  });

  it('of another user is refused, by number', async () => {
    const socket = await accepted('127.0.0.1');
    const other: PeerSystem = {
      ...systemWith([undefined]),
      readTablesNow: () => EMPTY,
      readTables: () => {
        const [peer, own] = [socket.remotePort, socket.localPort].map((port) =>
          (port ?? 0).toString(16).toUpperCase().padStart(4, '0'),
        );
        const tcp = entry(`0100007F:${peer} 0100007F:${own} 01`, 4711, 5);
        return Promise.resolve({ tcp, tcp6: '' });
      },
    };
    await expect(checkPeerUser(socket, other)).rejects.toMatchObject({
      code: 'ERR_IPC_OTHER_USER',
      message: expect.stringMatching(/is a process of user 4711, and only user 1000 and root/) as string,
    });
  });

  it('that is no longer connected is refused', async () => {
    const socket = await accepted('127.0.0.1');
    socket.destroy();
    await expect(checkPeerUser(socket)).rejects.toMatchObject({ code: 'ERR_IPC_OTHER_USER' });
  });
});
