import { isIPv4, isIPv6 } from 'node:net';
import { endianness } from 'node:os';

/** One end of a TCP connection: a numeric host, and a port. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** The texts of Linux's tables of TCP sockets. */
export interface SocketTables {
  /** `/proc/net/tcp`. */
  readonly tcp: string;
  /** `/proc/net/tcp6`. Empty if the system has no IPv6. */
  readonly tcp6: string;
}

/** A socket of a table. */
export interface SocketEntry {
  /** The user who created the socket. 0 if no process holds the socket any more. */
  readonly uid: number;
  /** 0 if no process holds the socket: it was closed, or nobody has accepted it yet. */
  readonly inode: number;
}

const LISTENING = '0A';
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const IPV6_BYTES = 16;
const WORD_BYTES = 4;

/** Places of the fields after the two addresses: state, queues, timer, retransmits, uid, timeout, inode. */
const FIELDS = { state: 0, uid: 4, inode: 6 } as const;
/** More characters than the fields up to the inode have together. */
const LONGEST_FIELDS = 160;

/**
 * Finds the sockets with these two addresses. An IPv4 address is also found as the IPv6 address that it is mapped to,
 * because each process chooses the family of its own socket.
 *
 * @param local the address of the socket that is searched, seen from its own process
 */
export function findSockets(tables: SocketTables, local: TcpAddress, remote: TcpAddress): SocketEntry[] {
  return formsOf(local, remote).flatMap(({ table, key }) => entriesAt(tables[table], key));
}

/** True if the tables contain a socket of a process that listens at this address or at all addresses of the port. */
export function hasListener(tables: SocketTables, { host, port }: TcpAddress): boolean {
  const remotes = ['0.0.0.0', '::'].map((any) => ({ host: any, port: 0 }));
  return [host, '0.0.0.0', '::'].some((bound) =>
    remotes.some((remote) =>
      formsOf({ host: bound, port }, remote).some(({ table, key }) =>
        entriesAt(tables[table], key, LISTENING).some(({ inode }) => inode !== 0),
      ),
    ),
  );
}

interface TableKey {
  readonly table: keyof SocketTables;
  /** The two addresses as the table has them. */
  readonly key: string;
}

function formsOf(local: TcpAddress, remote: TcpAddress): TableKey[] {
  const [localBytes, remoteBytes] = [bytesOf(local.host), bytesOf(remote.host)];
  if (localBytes === undefined || remoteBytes?.length !== localBytes.length) return [];
  const keyOf = (prefix: number[]): string => {
    const texts = [
      addressText([...prefix, ...localBytes], local.port),
      addressText([...prefix, ...remoteBytes], remote.port),
    ];
    return ` ${texts.join(' ')} `;
  };
  if (localBytes.length === IPV6_BYTES) return [{ table: 'tcp6', key: keyOf([]) }];
  return [
    { table: 'tcp', key: keyOf([]) },
    { table: 'tcp6', key: keyOf(MAPPED_PREFIX) },
  ];
}

function entriesAt(table: string, key: string, state?: string): SocketEntry[] {
  const entries: SocketEntry[] = [];
  for (let at = table.indexOf(key); at >= 0; at = table.indexOf(key, at + 1)) {
    const start = at + key.length;
    const fields = table.slice(start, start + LONGEST_FIELDS).split(/\s+/);
    const [uid, inode] = [Number(fields[FIELDS.uid]), Number(fields[FIELDS.inode])];
    const isWhole = Number.isSafeInteger(uid) && Number.isSafeInteger(inode);
    if (isWhole && (state === undefined || fields[FIELDS.state] === state)) entries.push({ uid, inode });
  }
  return entries;
}

/** Formats an address as the tables do: each 32-bit word of the host in the machine's byte order, the port as it is. */
function addressText(bytes: readonly number[], port: number): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += WORD_BYTES) {
    const word = bytes.slice(at, at + WORD_BYTES);
    if (endianness() === 'LE') word.reverse();
    text += Buffer.from(word).toString('hex');
  }
  return `${text}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}

/** Reads a numeric host: 4 bytes for IPv4, also if it is mapped to IPv6, or 16. Undefined for any other text. */
function bytesOf(host: string): number[] | undefined {
  const [bare = ''] = host.split('%');
  if (isIPv4(bare)) return bare.split('.').map(Number);
  if (!isIPv6(bare)) return undefined;
  const bytes = ipv6Bytes(bare);
  const isMapped = MAPPED_PREFIX.every((byte, index) => bytes[index] === byte);
  return isMapped ? bytes.slice(MAPPED_PREFIX.length) : bytes;
}

function ipv6Bytes(host: string): number[] {
  const [before = [], after] = host.split('::').map(groupBytes);
  if (after === undefined) return [...before];
  const missing = IPV6_BYTES - before.length - after.length;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

function groupBytes(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
