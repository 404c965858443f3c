import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { TransportConfig } from '../../../src/ipc/index.js';
import { jsonRpcStreams } from '../../../src/jsonrpc/index.js';
import { killAndWait } from '../../support/fixtureProcess.js';
import { manager } from '../../support/managers.js';
import { listenOn } from './rpcPair.js';

const LAUNCHER = fileURLToPath(new URL('fixtures/rpcLauncher.mjs', import.meta.url));

/** Starts a launcher in a separate process, and the adapter's side of its session. */
export async function startLauncher(config: TransportConfig) {
  const adapter = manager();
  // A launcher at a descriptor is in the handshake from its start on, which may take long.
  const args = await adapter.createListener({ handshakeTimeoutMs: 30_000, ...config });
  const env = { ...process.env, ...adapter.launcherEnv };
  const inherited = config.transport === 'fd' ? (['pipe'] as const) : [];
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', ...inherited],
  });
  onTestFinished(() => killAndWait(child));
  const end = listenOn(jsonRpcStreams(adapter, { launcher: child }), () => adapter.cleanup());
  return { child, manager: adapter, ...end };
}

/** Resolves with the next notification of that method. */
export function notification(
  rpc: { onNotification(name: string, handler: () => void): unknown },
  name: string,
) {
  return new Promise<void>((resolve) => {
    rpc.onNotification(name, resolve);
  });
}
