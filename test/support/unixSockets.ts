import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import { unixTransport } from '../../src/ipc/transport/unixTransport.js';

/** Starts a listener that is closed when the test ends. */
export async function listenUnix(
  config: TransportConfig = {},
): Promise<{ path: string; close: () => Promise<void> }> {
  const listener = await unixTransport(config).listen((socket) => socket.destroy());
  const close = (): Promise<void> => listener.close();
  onTestFinished(close);
  return { path: (listener.endpoint as { path: string }).path, close };
}

/** True if a connection to the socket at a path is accepted. */
export async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return outcome;
}
