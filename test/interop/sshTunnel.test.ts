/*
 * A debug session over a real SSH tunnel, which is killed and comes back while the program stands at a breakpoint.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ListeningProgram } from '../features/support/listeningProgram.js';
import { freePort } from '../support/freePort.js';
import type { DapClient } from '../support/dapClient.js';
import { lineOf, stdioClient } from '../support/programs.js';
import { eventually } from '../support/within.js';

const SSHD = '/usr/sbin/sshd';
/** Directory that sshd wants if it runs as root. Debian makes it when the service starts. */
const PRIVILEGE_SEPARATION = '/run/sshd';
const hasSsh = existsSync(SSHD) && spawnSync('ssh', ['-V']).status === 0;
const missing = hasSsh ? '' : ' (skipped: no sshd here; apt-get install openssh-server)';
const program = fileURLToPath(new URL('../features/fixtures/attach/counts.cjs', import.meta.url));
const line = lineOf(program, 'step');
const LONG_MS = 30_000;

/** Runs a program until the test ends. Resolves when it has said on stderr that it is ready. */
async function run(command: string, args: readonly string[], ready: RegExp): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  onTestFinished(() => kill(child));
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  await eventually(() => ready.test(stderr) || isOver(), `${command}: ${stderr}`, LONG_MS);
  if (isOver()) throw new Error(`${command} has ended: ${stderr}`);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'close');
}

function makeKey(path: string): string {
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return path;
}

/** Starts an SSH server with its own keys on this machine. @returns the arguments of `ssh` that lead to it */
async function startSshServer(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (process.geteuid?.() === 0 && !existsSync(PRIVILEGE_SEPARATION)) {
    mkdirSync(PRIVILEGE_SEPARATION, { mode: 0o755 });
    onTestFinished(() => rmdirSync(PRIVILEGE_SEPARATION));
  }
  const [host, user] = [makeKey(join(folder, 'host')), makeKey(join(folder, 'user'))];
  const authorized = join(folder, 'authorized');
  writeFileSync(authorized, readFileSync(`${user}.pub`), { mode: 0o600 });
  const port = await freePort();
  const config = join(folder, 'config');
  const settings = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${host}`, `AuthorizedKeysFile ${authorized}`],
    ...['PidFile none', 'StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'PermitRootLogin yes'],
  ];
  writeFileSync(config, `${settings.join('\n')}\n`);
  await run(SSHD, ['-D', '-e', '-f', config], /Server listening on/);
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ExitOnForwardFailure=yes'];
  return [
    ...['-F', 'none', '-v', '-N', '-p', String(port), '-i', user, '-o', 'BatchMode=yes'],
    ...options.flatMap((option) => ['-o', option]),
    `${userInfo().username}@127.0.0.1`,
  ];
}

async function lineOfTop(client: DapClient, threadId: number): Promise<number | undefined> {
  const { stackFrames } = await client.request<{ stackFrames: { line: number }[] }>('stackTrace', {
    threadId,
  });
  return stackFrames[0]?.line;
}

describe.skipIf(missing !== '')(`a session over an SSH tunnel${missing}`, () => {
  it('that is killed at a breakpoint goes on when the tunnel is back', { timeout: 120_000 }, async () => {
    const [ssh, target] = await Promise.all([
      startSshServer(),
      ListeningProgram.start(['--listen', '0', '--program', program]),
    ]);
    const port = await freePort();
    const forward = ['-L', `127.0.0.1:${port}:${target.address}`, ...ssh];
    const tunnel = await run('ssh', forward, /Entering interactive session/);
    const { client } = stdioClient();
    const configuration = { ...target.configuration, port, resume: true };
    await client.start(configuration, { [program]: [line] }, { request: 'attach' });
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    expect(await lineOfTop(client, threadId)).toBe(line);

    await kill(tunnel);
    await eventually(() => client.output('console').includes('is broken'), 'the notice', LONG_MS);
    await run('ssh', forward, /Entering interactive session/);
    expect(await lineOfTop(client, threadId)).toBe(line);
    await eventually(() => /is back, after [\d.]+ s/.test(client.output('console')), 'the notice', LONG_MS);
    await client.request('next', { threadId });
    const { threadId: stepped } = await client.waitForEvent<{ threadId: number }>('stopped');
    expect(await lineOfTop(client, stepped)).toBeGreaterThan(line);
    await client.request('disconnect', { terminateDebuggee: true });
  });
});
