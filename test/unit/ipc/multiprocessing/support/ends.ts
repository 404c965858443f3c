import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { connect, listen, pipe } from '../../../../../src/ipc/multiprocessing/index.js';
import type {
  Address,
  ConnectOptions,
  Connection,
  ConnectionOptions,
  ListenOptions,
  Listener,
  PipeOptions,
} from '../../../../../src/ipc/multiprocessing/index.js';
import { within } from '../../../../support/within.js';

/** One way to get two ends of a connection. */
export interface Way {
  readonly name: string;
  /** Makes a new address to listen on. Undefined for a pipe. */
  readonly address?: () => Address | undefined;
}

const isLinux = process.platform === 'linux';

/** Every way that this platform has. */
export const WAYS: readonly Way[] = [
  { name: 'the default family', address: () => undefined },
  { name: 'tcp', address: () => ['127.0.0.1', 0] },
  { name: 'pipe' },
  ...(isLinux ? [{ name: 'an abstract name', address: abstractName }] : []),
];

/** Makes a unique name of Linux's abstract namespace. */
export function abstractName(): string {
  return `\0dai-${randomBytes(12).toString('hex')}`;
}

/** Any bytes that show where a piece is missing, doubled or out of place: a cycle of prime length. */
export function pattern(size: number): Buffer {
  return Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, byte) => byte)));
}

/** A listener that is closed when the test ends. */
export async function listening<T = unknown>(
  address?: Address,
  options: ListenOptions<T> = {},
): Promise<Listener<T>> {
  const listener = await within(listen<T>(address, options), 'listening');
  onTestFinished(() => within(listener.close(), 'the listener is closed at the end of the test'));
  return listener;
}

/** A connection that is dropped when the test ends. */
export async function connecting<T = unknown>(
  address: Address,
  options: ConnectOptions<T> = {},
): Promise<Connection<T>> {
  return dropped(await within(connect<T>(address, options), 'connected'));
}

/** The next connection of a listener, dropped when the test ends. */
export async function accepted<T>(listener: Listener<T>): Promise<Connection<T>> {
  return dropped(await within(listener.accept(), 'accepted'));
}

/** Both ends of a pipe, dropped when the test ends. */
export function piped<T = unknown>(options: PipeOptions<T> = {}): [Connection<T>, Connection<T>] {
  const [first, second] = pipe<T>(options);
  return [dropped(first), dropped(second)];
}

/** Two connected ends: one that listened, or the first of a pipe, and the other. */
export async function pairOver<T = unknown>(
  { address }: Way,
  first: ConnectionOptions<T> = {},
  second: ConnectionOptions<T> = first,
): Promise<[Connection<T>, Connection<T>]> {
  if (address === undefined) return piped(first);
  const listener = await listening<T>(address(), first);
  const ends = await Promise.all([accepted(listener), connecting<T>(listener.address, second)]);
  await listener.close();
  return ends;
}

/** Drops a connection when the test ends, and waits until it is gone. */
export function dropped<T>(connection: Connection<T>): Connection<T> {
  onTestFinished(async () => {
    connection.destroy();
    await within(connection.ended, 'the connection is gone at the end of the test');
  });
  return connection;
}
