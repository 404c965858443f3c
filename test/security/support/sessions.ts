import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ConnectionBase } from '../../../src/ipc/connection/connectionBase.js';
import {
  FdConnection,
  PipeConnection,
  TcpConnection,
  UnixConnection,
} from '../../../src/ipc/connection/transportConnections.js';
import { IPCManager } from '../../../src/ipc/session/ipcManager.js';
import type { Endpoint } from '../../../src/ipc/transport/transport.js';
import type { TransportConfig } from '../../../src/ipc/core/transportConfig.js';
import { addressOf } from '../../support/rawPeer.js';
import { within } from '../../support/within.js';

/** A deadline that no test reaches, so that an error in time has another cause. In milliseconds. */
export const NEVER_MS = 25_000;

/** The longest time for an action "at once", with room for a busy machine. In milliseconds. */
export const AT_ONCE_MS = 1_500;

export function randomKey(): Buffer {
  return randomBytes(32);
}

/** Makes a connection that is destroyed when the test ends. */
export function connectionFor(config: TransportConfig): ConnectionBase {
  const connection = build({ handshakeTimeoutMs: NEVER_MS, ...config });
  onTestFinished(async () => {
    connection.destroy();
    await within(connection.closed, 'the connection is gone at the end of the test');
  });
  return connection;
}

function build(config: TransportConfig): ConnectionBase {
  if (config.transport === 'tcp') return new TcpConnection(config);
  if (config.transport === 'fd') return new FdConnection(config);
  if (config.transport === 'pipe') return new PipeConnection(config);
  return new UnixConnection(config);
}

/** Makes a connection that listens. @returns the connection and its endpoint */
export async function listeningAt(
  config: TransportConfig,
): Promise<{ adapter: ConnectionBase; endpoint: Endpoint }> {
  const adapter = connectionFor(config);
  await adapter.startListening();
  if (adapter.endpoint === undefined) throw new Error('it does not listen');
  return { adapter, endpoint: adapter.endpoint };
}

/** Makes a manager that is cleaned up when the test ends. */
export function managerFor(options: ConstructorParameters<typeof IPCManager>[0] = {}): IPCManager {
  const manager = new IPCManager(options);
  onTestFinished(() => within(manager.cleanup(), 'the manager is cleaned up'));
  return manager;
}

/** The configuration of a launcher that connects to an endpoint. */
export function configFor(endpoint: Endpoint): TransportConfig {
  return { ...endpoint };
}

/** Connects a socket for bytes. It is paused, and destroyed when the test ends. */
export async function connectStranger(endpoint: Endpoint): Promise<Socket> {
  const socket = connect({ ...addressOf(endpoint), allowHalfOpen: true }).pause();
  onTestFinished(() => {
    socket.destroy();
  });
  await within(once(socket, 'connect'), 'the stranger is connected');
  return socket.on('error', () => undefined);
}

/** Reads until the other side ends or drops the connection. */
export async function readToTheEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const over = new Promise<void>((resolve) => {
    socket.once('end', resolve).once('close', () => {
      resolve();
    });
  });
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
  if (!socket.readableEnded && !socket.closed) await within(over, 'the other side ends');
  return Buffer.concat(chunks);
}

/** Reads a number of bytes. @throws if fewer bytes arrive */
export async function readBytes(socket: Socket, bytes: number): Promise<Buffer> {
  const read = async (): Promise<Buffer> => {
    for (;;) {
      const chunk = socket.read(bytes) as Buffer | null;
      if (chunk !== null) return chunk;
      await once(socket, 'readable');
    }
  };
  const chunk = await within(read(), `${bytes} bytes come`);
  if (chunk.length !== bytes) throw new Error(`only ${chunk.length} of ${bytes} bytes came`);
  return chunk;
}
