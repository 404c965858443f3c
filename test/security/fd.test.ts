import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { killAndWait } from '../support/fixtureProcess.js';
import { localTransport } from '../support/platform.js';
import { rejectionOf } from '../support/rejection.js';
import { within } from '../support/within.js';
import { exitCodeOf, startLauncher } from './support/launcher.js';
import { managerFor, NEVER_MS } from './support/sessions.js';

const LARGE = 'x'.repeat(8 * 1024 * 1024);

/** The open files of a process, by the number of the descriptor. */
function descriptorsOf(pid: unknown): Map<string, string> {
  const folder = `/proc/${String(pid)}/fd`;
  return new Map(readdirSync(folder).map((fd) => [fd, readlinkSync(`${folder}/${fd}`)]));
}

describe('the transport of an inherited descriptor', () => {
  it('gives arguments, and nothing in the environment', async () => {
    const manager = managerFor();
    expect(await manager.createListener({ transport: 'FD' })).toEqual(['--ipc', 'fd', '--ipc-fd', '3']);
    expect(manager.launcherEnv).toEqual({});
    expect(await managerFor().createListener({ transport: 'fd', fd: 7 })).toEqual([
      '--ipc',
      'fd',
      '--ipc-fd',
      '7',
    ]);
  });

  it.each([3, 6])('carries a session with a real launcher at descriptor %i', async (fd) => {
    const manager = managerFor();
    await manager.createListener({ transport: 'fd', fd, handshakeTimeoutMs: NEVER_MS });
    const ignored = Array<'ignore'>(fd - 3).fill('ignore');
    const launcher = startLauncher(manager, { moreStdio: [...ignored, 'pipe'] });
    await within(manager.connected, 'the launcher is in');
    expect(await launcher.ask('echo', { value: 'ä' })).toEqual({ value: 'ä' });
    expect(await launcher.ask('echo', { value: LARGE })).toEqual({ value: LARGE });
    await within(manager.cleanup(), 'the session ends');
    expect(await exitCodeOf(launcher)).toBe(0);
    expect(await manager.closed).toMatchObject({ by: 'local', clean: true });
  });

  it('tells of the end of a launcher that is killed', async () => {
    const manager = managerFor();
    await manager.createListener({ transport: 'fd', handshakeTimeoutMs: NEVER_MS });
    const launcher = startLauncher(manager, { moreStdio: ['pipe'] });
    await within(manager.connected, 'the launcher is in');
    launcher.child.kill('SIGKILL');
    expect(await within(manager.closed, 'the session is over')).toMatchObject({ by: 'peer' });
  });

  it('tells at once, with the exit code, of a launcher that dies before its handshake', async () => {
    const manager = managerFor();
    await manager.createListener({ transport: 'fd', handshakeTimeoutMs: NEVER_MS });
    const child = spawn(process.execPath, ['-e', 'console.error("no luck"); process.exit(7)'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => killAndWait(child));
    manager.startReader(() => undefined, { accept: true, launcher: child });
    const error = await rejectionOf(manager.connected);
    expect(error.code).toBe('ERR_IPC_LAUNCHER_EXITED');
    expect(error.message).toMatch(/exited with code 7[^]*no luck/);
  });

  it('tells of a launcher that was spawned without the descriptor', async () => {
    const manager = managerFor();
    await manager.createListener({ transport: 'fd', handshakeTimeoutMs: NEVER_MS });
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    onTestFinished(() => killAndWait(child));
    manager.startReader(() => undefined, { accept: true, launcher: child });
    const error = await rejectionOf(manager.connected);
    expect(error.code).toBe('ERR_IPC_CONFIG');
    expect(error.message).toContain("spawned with 'pipe' as its stdio[3]");
  });

  it('tells of an accept without the process', async () => {
    const manager = managerFor();
    await manager.createListener({ transport: 'fd', handshakeTimeoutMs: NEVER_MS });
    manager.startReader(() => undefined, { accept: true });
    expect((await rejectionOf(manager.connected)).code).toBe('ERR_IPC_CONFIG');
  });

  it.each([2, -1, 3.5, Number.NaN])('cannot be at descriptor %d', async (fd) => {
    expect((await rejectionOf(managerFor().createListener({ transport: 'fd', fd }))).code).toBe(
      'ERR_IPC_CONFIG',
    );
  });

  it.each(['3', '4', '5', '9', '17', '900'])(
    'is a clear error at once in a launcher that did not inherit descriptor %s',
    async (fd) => {
      // The adapter listens on a socket. The launcher gets the number of a descriptor that it does not have.
      const manager = managerFor();
      await manager.createListener({ transport: localTransport });
      const launcher = startLauncher(manager, { args: ['--ipc', 'fd', '--ipc-fd', fd] });
      expect((await rejectionOf(manager.connected)).code).toBe('ERR_IPC_LAUNCHER_EXITED');
      expect(await exitCodeOf(launcher)).toBe(1);
      expect(launcher.stderr()).toMatch(/ERR_IPC_(CONNECT|HANDSHAKE)/);
    },
  );

  it.runIf(process.platform === 'linux')("is not inherited by the launcher's own children", async () => {
    const manager = managerFor();
    await manager.createListener({ transport: 'fd', handshakeTimeoutMs: NEVER_MS });
    const launcher = startLauncher(manager, { moreStdio: ['pipe'] });
    const { pid } = await launcher.ask('who');
    const { pid: childsPid } = await launcher.ask('spawn');
    const pair = descriptorsOf(pid).get('3');
    expect(pair).toMatch(/^socket:/);
    expect([...descriptorsOf(childsPid).values()]).not.toContain(pair);
  });
});
