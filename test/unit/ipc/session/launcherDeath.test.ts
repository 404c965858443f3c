import { describe, expect, it } from 'vitest';
import { LauncherExitedError } from '../../../../src/ipc/core/peerProcess.js';
import type { IPCManager } from '../../../../src/ipc/session/ipcManager.js';
import { startFixture } from '../../../support/fixtureProcess.js';
import { manager, recorder } from '../../../support/managers.js';
import { posix } from '../../../support/platform.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

/** Starts a launcher that ends in the given way as soon as it gets a message. */
async function connectedLauncher(how: string, isKnown = true) {
  const adapter = manager();
  const args = await adapter.createListener({ keyDelivery: 'env' });
  Object.assign(process.env, adapter.launcherEnv);
  const launcher = startFixture('connectsAndDies', [how, ...args]);
  for (const name of Object.keys(adapter.launcherEnv)) Reflect.deleteProperty(process.env, name);
  const seen = recorder();
  const options = { accept: true, onError: seen.onError, ...(isKnown && { launcher }) };
  adapter.startReader(seen.handler, options);
  await within(adapter.connected, 'the launcher connects');
  return { adapter, launcher, ...seen };
}

async function endOf(adapter: IPCManager) {
  await adapter.sendMessage({ command: 'die' });
  return within(adapter.closed, 'the end');
}

describe('a launcher that has connected and dies', () => {
  it.each([
    posix
      ? [
          'SIGKILL',
          { code: null, signal: 'SIGKILL' },
          'closed by the peer: the launcher was ended by SIGKILL',
        ]
      : ['SIGKILL', { code: 1, signal: null }, 'closed by the peer: the launcher exited with code 1'],
    ['3', { code: 3, signal: null }, 'closed by the peer: the launcher exited with code 3'],
  ])('is no clean end: %s', async (how, exit, reason) => {
    const { adapter, errors } = await connectedLauncher(how);
    const info = await endOf(adapter);
    expect(info).toMatchObject({ by: 'peer', clean: false, reason, exit: { ...exit, stderrTail: '' } });
    expect(info.error).toBeInstanceOf(LauncherExitedError);
    expect(info.error).toMatchObject({ code: 'ERR_IPC_LAUNCHER_EXITED', exit });
    await within(adapter.allRead, 'the end of reading');
    expect(errors, 'onError learns the same').toMatchObject([{ code: 'ERR_IPC_LAUNCHER_EXITED', exit }]);
    expect(await rejectionOf(adapter.sendMessage({}))).toMatchObject({ exit });
  });

  it('tells the end of its stderr', async () => {
    const { adapter } = await connectedLauncher('throw');
    const { exit, reason, error } = await endOf(adapter);
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(exit?.stderrTail).toContain('the launcher has a fault');
    expect(reason).toContain('the launcher has a fault');
    expect(error?.message).toContain('the launcher has a fault');
  });

  it.runIf(posix)('rejects the sends of its last moment with its end', async () => {
    const { adapter, launcher } = await connectedLauncher('SIGKILL');
    launcher.kill('SIGSTOP');
    const sends = Array.from({ length: 20 }, () => adapter.sendMessage({ text: 'x'.repeat(1024 * 1024) }));
    launcher.kill('SIGKILL');
    const last = await rejectionOf(sends.at(-1) ?? Promise.resolve());
    expect(last).toMatchObject({ exit: { signal: 'SIGKILL' } });
    expect(last.message).toContain('SIGKILL');
  });
});

describe('a launcher that ends well', () => {
  it('is a clean end with its exit code', async () => {
    const { adapter, errors } = await connectedLauncher('0');
    expect(await endOf(adapter)).toMatchObject({ by: 'peer', clean: true, exit: { code: 0, signal: null } });
    expect(errors).toEqual([]);
  });

  it('and runs on is a clean end without an exit', async () => {
    const { adapter, launcher } = await connectedLauncher('runOn');
    expect(await endOf(adapter)).toEqual({ by: 'peer', clean: true, reason: 'closed by the peer' });
    expect(launcher.exitCode).toBeNull();
  });

  it('is not waited for when its process is not known', async () => {
    const { adapter } = await connectedLauncher('3', false);
    expect(await endOf(adapter)).toMatchObject({
      by: 'peer',
      clean: false,
      error: { code: 'ERR_IPC_CONNECTION_LOST' },
    });
  });
});
