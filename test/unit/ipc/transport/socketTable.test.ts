import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import { findSockets, hasListener } from '../../../../src/ipc/transport/socketTable.js';
import type { SocketTables } from '../../../../src/ipc/transport/socketTable.js';

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

/** Lines as a little-endian Linux prints them. */
function table(...lines: string[]): string {
  return [HEADER, ...lines, ''].join('\n');
}

function line(local: string, remote: string, state: string, uid: number, inode: number): string {
  const user = String(uid).padStart(5);
  return `   1: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ${user}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`;
}

const PEER = { host: '127.0.0.1', port: 0xd9a0 };
const OWN = { host: '127.0.0.1', port: 0x126f };
const ANY_V6 = '00000000000000000000000000000000';
const LOOPBACK_V6 = '00000000000000000000000001000000';
const MAPPED = '0000000000000000FFFF00000100007F';

function tables(tcp: string[], tcp6: string[] = []): SocketTables {
  return { tcp: table(...tcp), tcp6: table(...tcp6) };
}

describe.skipIf(endianness() === 'BE')('the tables of sockets', () => {
  const client = line('0100007F:D9A0', '0100007F:126F', '01', 1000, 77);

  it('have the peer of an IPv4 connection, and not our own end of it', () => {
    const own = line('0100007F:126F', '0100007F:D9A0', '01', 0, 78);
    expect(findSockets(tables([own, client]), PEER, OWN)).toEqual([{ uid: 1000, inode: 77 }]);
    expect(findSockets(tables([own]), PEER, OWN)).toEqual([]);
  });

  it.each([
    ['another port of the peer', line('0100007F:D9A1', '0100007F:126F', '01', 1000, 77)],
    ['another port of ours', line('0100007F:D9A0', '0100007F:1270', '01', 1000, 77)],
    ['another host', line('0200007F:D9A0', '0100007F:126F', '01', 1000, 77)],
    ['a line that is cut off', line('0100007F:D9A0', '0100007F:126F', '01', 1000, 77).slice(0, 60)],
  ])('do not mistake %s for it', (_, other) => {
    expect(findSockets(tables([other]), PEER, OWN)).toEqual([]);
  });

  it('have a peer whose own socket is of IPv6, seen from IPv4 and as a mapped address', () => {
    const mapped = tables([], [line(`${MAPPED}:D9A0`, `${MAPPED}:126F`, '01', 1000, 77)]);
    expect(findSockets(mapped, PEER, OWN)).toEqual([{ uid: 1000, inode: 77 }]);
    const seenAs = (host: string) =>
      findSockets(tables([client]), { ...PEER, host }, { ...OWN, host: '::ffff:127.0.0.1' });
    expect(seenAs('::ffff:127.0.0.1')).toEqual([{ uid: 1000, inode: 77 }]);
    expect(seenAs('::ffff:7f00:1')).toEqual([{ uid: 1000, inode: 77 }]);
  });

  it.each([
    ['::1', LOOPBACK_V6],
    ['0:0:0:0:0:0:0:1', LOOPBACK_V6],
    ['fe80::1:2%eth0', '000080FE000000000000000002000100'],
    ['2001:db8:1:2:3:4:5:6', 'B80D0120020001000400030006000500'],
    ['2001:DB8::', 'B80D0120000000000000000000000000'],
    ['::', ANY_V6],
  ])('have the peer of an IPv6 connection: %s', (host, hex) => {
    const found = findSockets(
      tables([], [line(`${hex}:D9A0`, `${hex}:126F`, '01', 4_294_967_294, 5)]),
      { ...PEER, host },
      { ...OWN, host },
    );
    expect(found).toEqual([{ uid: 4_294_967_294, inode: 5 }]);
  });

  it.each(['', 'localhost', '127.0.0.1.', '1.2.3', '::g', '/tmp/x'])('have nothing for %j', (host) => {
    expect(findSockets(tables([client]), { ...PEER, host }, OWN)).toEqual([]);
    expect(findSockets(tables([client]), PEER, { ...OWN, host })).toEqual([]);
  });

  it('show a closed socket without an inode', () => {
    const closed = line('0100007F:D9A0', '0100007F:126F', '06', 0, 0);
    expect(findSockets(tables([closed]), PEER, OWN)).toEqual([{ uid: 0, inode: 0 }]);
  });

  it.each([
    ['the address', tables([line('0100007F:126F', '00000000:0000', '0A', 0, 9)]), true],
    ['all addresses', tables([line('00000000:126F', '00000000:0000', '0A', 0, 9)]), true],
    ['all addresses of IPv6', tables([], [line(`${ANY_V6}:126F`, `${ANY_V6}:0000`, '0A', 0, 9)]), true],
    ['another port', tables([line('0100007F:1270', '00000000:0000', '0A', 0, 9)]), false],
    ['nothing, but is connected', tables([line('0100007F:126F', '00000000:0000', '01', 0, 9)]), false],
    ['nothing', tables([client]), false],
  ])('say whether a process listens: %s', (_, listening, expected) => {
    expect(hasListener(listening, OWN)).toBe(expected);
  });

  it('say that a process listens at an address of IPv6', () => {
    const listening = tables([], [line(`${LOOPBACK_V6}:126F`, `${ANY_V6}:0000`, '0A', 0, 9)]);
    expect(hasListener(listening, { ...OWN, host: '::1' })).toBe(true);
    expect(hasListener(listening, OWN)).toBe(false);
  });
});
