import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Message } from '../../src/ipc/core/messages.js';
import { takeLauncherKey } from '../../src/ipc/authentication/launcherKey.js';
import { IPCManager } from '../../src/ipc/session/ipcManager.js';
import { parseLauncherArgs } from '../../src/ipc/session/launcherArgs.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import type { Endpoint } from '../../src/ipc/transport/transport.js';
import { posix } from './platform.js';
import type { RawPeer } from './rawPeer.js';
import { connectRaw } from './rawPeer.js';
import { within } from './within.js';

/** Makes a manager that is cleaned up when the test ends. */
export function manager(options?: ConstructorParameters<typeof IPCManager>[0]): IPCManager {
  const instance = new IPCManager(options);
  onTestFinished(() => within(instance.cleanup(), 'the cleanup at the end of the test'));
  return instance;
}

/** Handlers for a reader that record its messages and errors. */
export function recorder() {
  const messages: Message[] = [];
  const errors: Error[] = [];
  const handler = (message: Message): void => void messages.push(message);
  const onError = (error: Error): void => void errors.push(error);
  return { messages, errors, handler, onError };
}

/** Makes a manager that listens. `config` is the configuration that a launcher reads from its arguments. */
export async function listeningManager(
  config?: TransportConfig,
): Promise<{ adapter: IPCManager; config: TransportConfig }> {
  const adapter = manager();
  const launcherArgs = await adapter.createListener(config);
  const key = takeLauncherKey(adapter.launcherEnv);
  return { adapter, config: { ...parseLauncherArgs(launcherArgs).config, ...(key && { key }) } };
}

/** The endpoint in the configuration that a launcher reads from its arguments. */
export function endpointIn(config: TransportConfig): Endpoint {
  return config as Endpoint;
}

/** An endpoint of this machine at which nobody listens. */
export function nowhere(): TransportConfig {
  if (!posix) return { transport: 'pipe', pipeName: `\\\\.\\pipe\\nowhere-${process.pid}` };
  return { transport: 'unix', path: join(mkdtempSync(join(tmpdir(), 'none-')), 's') };
}

/** Makes a manager that reads from a {@link RawPeer}. */
export async function withRawPeer(more: { handler?: (message: Message) => unknown } = {}) {
  const { adapter, config } = await listeningManager({ closeTimeoutMs: 200, auth: 'off' });
  const seen = recorder();
  adapter.startReader(more.handler ?? seen.handler, { accept: true, onError: seen.onError });
  const peer: RawPeer = await connectRaw(endpointIn(config));
  await within(adapter.connected, 'the peer is connected');
  return { adapter, peer, ...seen };
}
