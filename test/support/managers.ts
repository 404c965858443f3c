import { onTestFinished } from 'vitest';
import type { Message } from '../../src/ipc/core/messages.js';
import { takeLauncherKey } from '../../src/ipc/authentication/launcherKey.js';
import { IPCManager } from '../../src/ipc/session/ipcManager.js';
import { parseLauncherArgs } from '../../src/ipc/session/launcherArgs.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import type { RawPeer } from './rawPeer.js';
import { connectRaw } from './rawPeer.js';
import { within } from './within.js';

/** A manager that is cleaned up when the test ends. */
export function manager(options?: ConstructorParameters<typeof IPCManager>[0]): IPCManager {
  const made = new IPCManager(options);
  onTestFinished(() => within(made.cleanup(), 'the cleanup at the end of the test'));
  return made;
}

/** A reader that keeps what it gets. */
export function recorder() {
  const messages: Message[] = [];
  const errors: Error[] = [];
  const handler = (message: Message): void => void messages.push(message);
  const onError = (error: Error): void => void errors.push(error);
  return { messages, errors, handler, onError };
}

/** A manager that listens, and its endpoint as a launcher reads it. */
export async function listeningManager(
  config?: TransportConfig,
): Promise<{ adapter: IPCManager; config: TransportConfig }> {
  const adapter = manager();
  const launcherArgs = await adapter.createListener(config);
  const key = takeLauncherKey(adapter.launcherEnv);
  return { adapter, config: { ...parseLauncherArgs(launcherArgs).config, ...(key && { key }) } };
}

/** Where a configuration of a Unix socket leads. */
export function pathOf(config: TransportConfig): { transport: 'unix'; path: string } {
  return { transport: 'unix', path: config.path ?? '' };
}

/** A manager that reads from a peer of bytes. */
export async function withRawPeer(more: { handler?: (message: Message) => unknown } = {}) {
  const { adapter, config } = await listeningManager({ closeTimeoutMs: 200, auth: 'off' });
  const seen = recorder();
  adapter.startReader(more.handler ?? seen.handler, { accept: true, onError: seen.onError });
  const peer: RawPeer = await connectRaw(pathOf(config));
  await within(adapter.connected, 'the peer is in');
  return { adapter, peer, ...seen };
}
