import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IPCManager, parseLauncherArgs } from '../../src/ipc/index.js';
import type { Message, TransportConfig } from '../../src/ipc/index.js';
import { killAndWait, exitOf } from '../support/fixtureProcess.js';
import { manager, recorder } from '../support/managers.js';
import { findPythons } from '../support/pythons.js';
import type { Python } from '../support/pythons.js';
import { rejectionOf } from '../support/rejection.js';
import { eventually, within } from '../support/within.js';
import { connectRawPython, rawMessage } from '../unit/ipc/multiprocessing/support/rawPython.js';

const LAUNCHER = fileURLToPath(new URL('../unit/ipc/multiprocessing/fixtures/launcher.py', import.meta.url));
const COMMAND: Message = { command: 'evaluate', id: 7, arguments: { text: 'aé✓😀', list: [1, null] } };

/** A manager that listens, and a launcher of this Python on its way to it. */
async function launched(python: Python, config: TransportConfig, env: NodeJS.ProcessEnv = {}) {
  const adapter = manager();
  const args = await adapter.createListener({ framing: 'length-prefix', ...config });
  const child = spawn(python.path, [LAUNCHER, ...args], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, ...adapter.launcherEnv, ...env },
  });
  onTestFinished(() => killAndWait(child));
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  const heard = recorder();
  adapter.startReader(heard.handler, { accept: true, launcher: child, onError: heard.onError });
  return { adapter, child, heard, args, stderr: () => stderr };
}

async function converse({ adapter, child, heard }: Awaited<ReturnType<typeof launched>>): Promise<void> {
  await within(adapter.connected, 'the launcher is in', 15_000);
  await adapter.sendMessage(COMMAND);
  await eventually(() => heard.messages.length === 2, 'the answer is here');
  expect(heard.messages).toEqual([{ event: 'initialized' }, { event: 'echo', body: COMMAND }]);
  expect(heard.errors).toEqual([]);
  await adapter.cleanup();
  expect(await exitOf(child)).toEqual({ code: 0, signal: null });
}

for (const python of findPythons()) {
  const isLegacy = python.version[0] < 3 || python.version[1] < 12;
  const missing = python.missing === undefined ? '' : `: ${python.missing}`;
  describe.skipIf(missing !== '')(`a manager and a launcher of ${python.label}${missing}`, () => {
    it.each(['unix', 'tcp'])('authenticate by themselves over %s', async (transport) => {
      const session = await launched(python, { transport, ...(isLegacy && { allowLegacyMd5: true }) });
      const keyFile = session.adapter.launcherEnv.DEBUG_ADAPTER_IPC_KEY_FILE ?? '';
      expect(existsSync(keyFile)).toBe(true);
      // Nothing of the key is among what other processes can see.
      expect(session.args.join(' ')).not.toContain(keyFile);
      await converse(session);
      expect(existsSync(keyFile)).toBe(false);
    });

    it('need no key where that was asked for', async () => {
      const session = await launched(python, { auth: 'off' });
      expect(session.adapter.launcherEnv).toEqual({});
      await converse(session);
    });

    it('do not come together without the key', async () => {
      const config = { handshakeTimeoutMs: 200, acceptTimeoutMs: 2_000, allowLegacyMd5: true };
      const { adapter, stderr } = await launched(python, config, { DEBUG_ADAPTER_IPC_KEY_FILE: undefined });
      const error = await rejectionOf(adapter.connected);
      expect(['ERR_IPC_ACCEPT_TIMEOUT', 'ERR_IPC_LAUNCHER_EXITED']).toContain(error.code);
      expect(stderr()).not.toContain('initialized');
    });

    it.skipIf(!isLegacy)(
      'do not come together by MD5 unless it is allowed (skipped for Python 3.12 and later: it has others)',
      async () => {
        const { adapter, stderr } = await launched(python, {});
        const error = await rejectionOf(adapter.connected);
        expect(error.code).toBe('ERR_IPC_LAUNCHER_EXITED');
        await eventually(() => stderr().includes('AuthenticationError'), 'Python says so');
        await adapter.cleanup();
      },
    );
  });
}

describe('two managers with the framing of multiprocessing', () => {
  async function pair(config: TransportConfig) {
    const adapter = manager();
    await adapter.createListener({ framing: 'length-prefix', ...config });
    const launcher = manager();
    const key = adapter.launcherEnv.DEBUG_ADAPTER_IPC_KEY_FILE;
    if (key !== undefined) process.env.DEBUG_ADAPTER_IPC_KEY_FILE = key;
    return { adapter, launcher };
  }

  it('authenticate and converse', async () => {
    const { adapter, launcher } = await pair({});
    const { config } = parseLauncherArgs(adapter.listening?.launcherArgs ?? []);
    expect(config.framing).toBe('length-prefix');
    const heard = recorder();
    adapter.startReader(heard.handler, { accept: true });
    await within(launcher.connect(config), 'connected');
    await launcher.sendMessage({ event: 'hello' });
    await eventually(() => heard.messages.length === 1, 'it is heard');
    expect(heard.messages).toEqual([{ event: 'hello' }]);
  });

  it('tell a message that is none, and go on', async () => {
    const adapter = manager();
    const args = await adapter.createListener({ framing: 'length-prefix', auth: 'off', transport: 'tcp' });
    const heard = recorder();
    adapter.startReader(heard.handler, { accept: true, onError: heard.onError });
    const port = Number(args[args.indexOf('--ipc-port') + 1]);
    const peer = await connectRawPython(['127.0.0.1', port]);
    peer.write(Buffer.concat([rawMessage(''), rawMessage('[1]'), rawMessage('{"event":"good"}')]));
    await eventually(() => heard.messages.length === 1, 'the good one is heard');
    expect(heard.messages).toEqual([{ event: 'good' }]);
    const codes = heard.errors.map((error) => (error as { code?: string }).code);
    expect(codes).toEqual(['ERR_IPC_BAD_MESSAGE', 'ERR_IPC_BAD_MESSAGE']);
  });

  it('have to name a digest that there is', async () => {
    const adapter = new IPCManager();
    const digest = 'sha1' as unknown as 'sha256';
    const error = await rejectionOf(adapter.createListener({ framing: 'length-prefix', digest }));
    expect([error.code, error.message]).toEqual(['ERR_IPC_CONFIG', expect.stringContaining('sha3_384')]);
    await adapter.cleanup();
  });
});
