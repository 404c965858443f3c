import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { IpcError, systemCode } from '../core/errors.js';
import { findSockets, hasListener } from './socketTable.js';
import type { SocketTables, TcpAddress } from './socketTable.js';
import { hostAndPort } from './transport.js';

/** The two ends of a connection over loopback TCP, seen from the accepting process. */
export interface TcpEnds {
  readonly own: TcpAddress;
  readonly peer: TcpAddress;
}

/**
 * The process at the other end of a connection. `user`: a process of this user holds the socket. `gone`: no process
 * holds it any more, so that nobody can say whose it was. `unknown`: this system does not tell.
 */
export type PeerIdentity =
  { readonly kind: 'user'; readonly uid: number } | { readonly kind: 'gone' } | { readonly kind: 'unknown' };

/** The source of the look-ups. Tests replace it. */
export interface PeerSystem {
  /**
   * Reads the tables at once: a peer may be gone a moment later. `later`: such reads have taken too much time of late.
   */
  readonly readTablesNow: () => SocketTables | 'later' | undefined;
  /** Reads the tables as they are after the call. Undefined: this system has none. */
  readonly readTables: () => Promise<SocketTables | undefined>;
  /** Milliseconds before each further look-up: an entry of a new connection may be missed. */
  readonly pausesMs: readonly number[];
  /** The user of this process. Undefined: this system has no user numbers. */
  readonly ownUid: number | undefined;
  /** True if the number of this process's user also stands for users outside of its user namespace. */
  readonly isOwnUidShared: boolean;
}

const ROOT = 0;
const NO_TABLE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);
/** Half a second together. */
const PAUSES_MS = [1, 2, 4, 8, 16, 32, 64, 128, 250];
const ALL_UIDS = 4_294_967_295;

/** The system that this process runs on. */
export const thisSystem: PeerSystem = {
  readTablesNow,
  readTables: () => nextRead(),
  pausesMs: PAUSES_MS,
  get ownUid() {
    return process.geteuid?.();
  },
  get isOwnUidShared() {
    return process.geteuid?.() === overflowUid() && !hasAllUids();
  },
};

/** The time that reads may block the event loop, in milliseconds per second. */
const BLOCKING_MS = 50;
const SECOND_MS = 1_000;
const blocked = { since: -Infinity, ms: 0 };

function readTablesNow(): SocketTables | 'later' | undefined {
  if (process.platform !== 'linux') return undefined;
  const began = performance.now();
  if (began - blocked.since > SECOND_MS) Object.assign(blocked, { since: began, ms: 0 });
  if (blocked.ms > BLOCKING_MS) return 'later';
  const [tcp = '', tcp6 = ''] = ['tcp', 'tcp6'].map((name) => textOf(tablePath(name)));
  blocked.ms += performance.now() - began;
  return tcp === '' && tcp6 === '' ? 'later' : { tcp, tcp6 };
}

function tablePath(name: string): string {
  return `/proc/self/net/${name}`;
}

let currentRead: Promise<unknown> = Promise.resolve();
let waitingRead: Promise<SocketTables | undefined> | undefined;

/** Reads the tables once for all who ask before the read begins: many connectors cost no more than one. */
function nextRead(): Promise<SocketTables | undefined> {
  waitingRead ??= currentRead.then(() => {
    const read = readTables();
    currentRead = read.catch(() => undefined);
    waitingRead = undefined;
    return read;
  });
  return waitingRead;
}

async function readTables(): Promise<SocketTables | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [tcp, tcp6] = await Promise.all(['tcp', 'tcp6'].map(readTable));
  return tcp === undefined && tcp6 === undefined ? undefined : { tcp: tcp ?? '', tcp6: tcp6 ?? '' };
}

/** Reads a table. Undefined if there is none; empty if the read fails for the moment, as without descriptors. */
async function readTable(name: string): Promise<string | undefined> {
  try {
    return await readFile(tablePath(name), 'latin1');
  } catch (error) {
    return NO_TABLE.has(systemCode(error)) ? undefined : '';
  }
}

/** True if this system says whose processes connect to a listener of this process. */
export async function canIdentifyPeers(
  listening: TcpAddress,
  system: PeerSystem = thisSystem,
): Promise<boolean> {
  if (system.ownUid === undefined || system.isOwnUidShared) return false;
  const found = await retried(system, async () => {
    const tables = await system.readTables();
    if (tables === undefined) return false;
    return hasListener(tables, listening) ? true : undefined;
  });
  return found ?? false;
}

/**
 * Looks up the user of the process at the other end. The look-up is repeated for half a second, because a read of the
 * tables may miss an entry.
 */
export async function identifyPeer(ends: TcpEnds, system: PeerSystem = thisSystem): Promise<PeerIdentity> {
  if (system.ownUid === undefined || system.isOwnUidShared) return { kind: 'unknown' };
  const now = system.readTablesNow();
  const early = now === undefined || now === 'later' ? undefined : ownerIn(now, ends);
  if (early !== undefined) return early;
  const last = { isTold: true };
  const found = await retried(system, async (): Promise<PeerIdentity | undefined> => {
    const tables = await system.readTables();
    if (tables === undefined) return { kind: 'unknown' };
    // The tables of another network namespace, or filtered ones, do not have our own listener either.
    const isUnread = tables.tcp === '' && tables.tcp6 === '';
    last.isTold = isUnread || hasListener(tables, ends.own);
    return ownerIn(tables, ends);
  });
  return found ?? { kind: last.isTold ? 'gone' : 'unknown' };
}

/** The owner of the peer's socket. Undefined if the table does not have the socket, or not any more. */
function ownerIn(tables: SocketTables, { own, peer }: TcpEnds): PeerIdentity | undefined {
  const entries = findSockets(tables, peer, own);
  // A socket that its process has closed is listed for user 0 by many kernels. That must not pass for root.
  const told = entries.filter(({ uid, inode }) => inode !== 0 || uid !== ROOT);
  const [first] = told;
  if (first === undefined) return entries.length > 0 ? { kind: 'gone' } : undefined;
  return told.every(({ uid }) => uid === first.uid) ? { kind: 'user', uid: first.uid } : { kind: 'gone' };
}

/** Calls `look` until it finds something, or the pauses are over. */
async function retried<T>(
  { pausesMs }: PeerSystem,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const pauseMs of pausesMs) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(pauseMs);
  }
  return look();
}

/** The result of a check that did not refuse the peer. */
export type PeerCheck = 'same user' | 'unknown';

/**
 * Checks that a process of this user, or of root, is at the other end of a socket over loopback TCP. Nothing is read
 * from the socket.
 *
 * @returns `unknown` if this system does not say who is at the other end
 * @throws IpcError `ERR_IPC_OTHER_USER`
 */
export async function checkPeerUser(socket: Socket, system: PeerSystem = thisSystem): Promise<PeerCheck> {
  const ends = endsOf(socket);
  const identity: PeerIdentity = ends === undefined ? { kind: 'gone' } : await identifyPeer(ends, system);
  if (identity.kind === 'unknown') return 'unknown';
  const where = ends === undefined ? 'a connector' : `the connector at ${hostAndPort(ends.peer)}`;
  if (identity.kind === 'gone') {
    throw new IpcError('ERR_IPC_OTHER_USER', `${where} was gone before it was clear whose process it is`);
  }
  if (identity.uid === system.ownUid || identity.uid === ROOT) return 'same user';
  throw new IpcError(
    'ERR_IPC_OTHER_USER',
    `${where} is a process of user ${identity.uid}, and only user ${String(system.ownUid)} and root may connect`,
  );
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): TcpEnds | undefined {
  if (localAddress === undefined || remoteAddress === undefined) return undefined;
  if (localPort === undefined || remotePort === undefined) return undefined;
  return {
    own: { host: localAddress, port: localPort },
    peer: { host: remoteAddress, port: remotePort },
  };
}

function overflowUid(): number {
  return Number(textOf('/proc/sys/kernel/overflowuid') ?? '65534');
}

/** True if the user namespace of this process has all users, or if there are no user namespaces. */
function hasAllUids(): boolean {
  const map = textOf('/proc/self/uid_map');
  return map === undefined || map.trim().split(/\s+/).at(-1) === String(ALL_UIDS);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
