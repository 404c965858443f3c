import { processTable } from '../../processes/listing/processTable.js';
import { readProcFile, socketsOf } from '../../processes/listing/procFiles.js';

/** The proof that a process is the one at the other end of a connection. Always fails if the system does not tell. */
export type PeerProof = (pid: number) => boolean;

/** The endpoint that this process has connected to. */
interface DialledEndpoint {
  readonly path?: string | undefined;
  readonly port?: number | undefined;
}

/** A socket of /proc/net/tcp: its addresses in hexadecimal, and its inode. */
interface TcpSocket {
  readonly local: string;
  readonly remote: string;
  readonly inode: string;
}

/** Indexes of the columns in /proc/net/tcp. */
const TCP = { local: 1, remote: 2, inode: 9 } as const;
/** An IPv4 address in an IPv6 socket, as /proc/net/tcp6 writes it. */
const MAPPED = '0000000000000000FFFF0000';

/**
 * Proves that a process holds the other end of a connection that this process has made. Linux only.
 *
 * Over TCP that is the socket with this process's addresses in reverse. For a Unix socket the system does not say which
 * two belong together, but every connection that was accepted at a path has this path.
 */
export function holdsOtherEnd({ path, port }: DialledEndpoint): PeerProof {
  return (pid) => {
    const held = socketsOf(pid);
    const others = path === undefined ? tcpPeers(port) : socketsAtPath(path);
    return others.some((inode) => held.has(inode));
  };
}

/** Proves that a process was started with this text in its environment, which only the adapter gave it. Not on Windows. */
export function startedWith(text: string): PeerProof {
  return (pid) => processTable.environmentHas(pid, text);
}

/** The inodes of the sockets at the far ends of this process's connections to the port. */
function tcpPeers(port: number | undefined): string[] {
  const sockets = ['net/tcp', 'net/tcp6'].flatMap((file) => rowsOf(file).map(tcpSocket));
  const own = socketsOf('self');
  const suffix = `:${(port ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const mine = sockets.filter(({ inode, remote }) => own.has(inode) && remote.endsWith(suffix));
  const isPeer = (one: TcpSocket): boolean =>
    mine.some(({ local, remote }) => one.local === remote && one.remote === local);
  return sockets.filter(isPeer).map(({ inode }) => inode);
}

function tcpSocket(row: string): TcpSocket {
  const columns = row.trim().split(/\s+/);
  const address = (at: number): string => (columns[at] ?? '').replace(MAPPED, '');
  return { local: address(TCP.local), remote: address(TCP.remote), inode: columns[TCP.inode] ?? '' };
}

function socketsAtPath(path: string): string[] {
  // The table is read byte by byte, and has `@` for the NUL of an abstract name.
  const shown = Buffer.from(path).toString('latin1').replaceAll('\0', '@');
  return rowsOf('net/unix')
    .map((row) => /^(?:[^ ]+ +){6}(\d+) (.*)$/.exec(row) ?? [])
    .flatMap(([, inode, bound]) => (inode !== undefined && bound === shown ? [inode] : []));
}

/** The rows of a table below /proc, without its heading. Empty if it cannot be read. */
function rowsOf(file: string): string[] {
  return (readProcFile(file) ?? '').split('\n').slice(1);
}
