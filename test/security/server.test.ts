import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DapClient, frame } from '../support/dapClient.js';
import { runCli } from '../support/cliProcess.js';
import { clientOf, program, server } from '../support/programs.js';
import { eventually, within } from '../support/within.js';
import { asOtherUser, OTHER_UID, whyNoOtherUser } from './support/otherUser.js';
import { readToTheEnd } from './support/sessions.js';

const INITIALIZE = { seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'x' } };
const noOtherUser = whyNoOtherUser();
const isLinux = process.platform === 'linux';
const isWindows = process.platform === 'win32';
const skipName = noOtherUser === undefined ? '' : ` (skipped: ${noOtherUser})`;

/** A directory of our own. It is removed when the test ends. */
function ownDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 's-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function connectTo(where: { port: number; host?: string } | { path: string }): Promise<Socket> {
  const socket = connect(where);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes and reads what comes until the adapter disconnects. */
async function answerTo(socket: Socket, bytes: string): Promise<string> {
  socket.write(bytes);
  return (await readToTheEnd(socket)).toString();
}

/** Code for another user: sends bytes to a port and prints what comes back. */
function stranger(port: number, bytes: string, host = '127.0.0.1'): string {
  return `
    const socket = require('net').connect({ port: ${port}, host: '${host}' }, () => {
      socket.write(${JSON.stringify(bytes)});
      console.log('CONNECTED');
    });
    socket.on('data', (chunk) => process.stdout.write(chunk)).on('error', () => {});
    socket.on('close', () => console.log('CLOSED'));`;
}

describe.runIf(isLinux)('adapter --server=PORT', () => {
  it.each(['127.0.0.1', '::ffff:127.0.0.1'])('serves our own processes, dialled as %s', async (host) => {
    const { port } = await server();
    const socket = await connectTo({ port, host });
    const client = new DapClient(socket, socket);
    expect(await client.request('initialize', { adapterID: 'x' })).toHaveProperty('supportsCancelRequest');
  });

  it.skipIf(noOtherUser)(`refuses another user, who learns why${skipName}`, async () => {
    const adapter = await server();
    const launch = {
      seq: 2,
      type: 'request',
      command: 'launch',
      arguments: { program: program('loop.cjs') },
    };
    for (const host of ['127.0.0.1', '::ffff:127.0.0.1']) {
      const attack = [INITIALIZE, launch].map((message) => frame(JSON.stringify(message))).join('');
      const got = await asOtherUser(stranger(adapter.port, attack, host)).result();
      expect(got).toMatch(/CONNECTED[\s\S]*"category":"important"[\s\S]*CLOSED/);
      expect(got).toContain(`is a process of user ${OTHER_UID}, and only user 0 and root may connect`);
      expect(got).toMatch(/--server=PATH.*--server-token-file.*--server-allow-other-users/);
      expect(got).not.toContain('"response"');
    }
    expect(adapter.stderr()).toMatch(
      new RegExp(`^debug-adapter-ipc: refused a client: .* user ${OTHER_UID}`),
    );
    await (await clientOf(adapter.port)).request('initialize', { adapterID: 'x' });
  });

  it.skipIf(noOtherUser)(`does not take a closed connection for one of root${skipName}`, async () => {
    const adapter = await server(['--server=0', '--log-level', 'warn']);
    const directory = mkdtempSync('/tmp/s-');
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    chmodSync(directory, 0o777);
    const terminal = { supportsRunInTerminalRequest: true };
    const marker = join(directory, 'ran');
    const evil = join(directory, 'evil.cjs');
    writeFileSync(evil, `require('fs').writeFileSync(${JSON.stringify(marker)}, '')`);
    const attack = [
      { ...INITIALIZE, arguments: { adapterID: 'x', ...terminal } },
      { seq: 2, type: 'request', command: 'launch', arguments: { program: evil, noDebug: true } },
      { seq: 3, type: 'request', command: 'configurationDone' },
    ].map((message) => frame(JSON.stringify(message)));
    // Each closes at once, in one of the ways: with the end of the stream, or with a reset.
    const code = `
      const net = require('net');
      let open = 0;
      for (let count = 0; count < 40; count += 1) {
        open += 1;
        const socket = net.connect(${adapter.port}, '127.0.0.1', () => {
          socket.write(${JSON.stringify(attack.join(''))}, () => count % 2 ? socket.destroy() : socket.resetAndDestroy());
        });
        socket.on('error', () => {}).on('close', () => { open -= 1; if (open === 0) console.log('DONE'); });
      }`;
    expect(await asOtherUser(code).result()).toContain('DONE');
    const refused = () =>
      adapter.stderr().match(/"msg":"refused a client"|refused a client\b.*reason/g)?.length ?? 0;
    await eventually(() => refused() >= 40, '40 refusals', 15_000);
    expect(existsSync(marker)).toBe(false);
  });

  it.skipIf(noOtherUser)(`accepts everybody with --server-allow-other-users${skipName}`, async () => {
    const adapter = await server(['--server=0', '--server-allow-other-users']);
    const attack = asOtherUser(stranger(adapter.port, frame(JSON.stringify(INITIALIZE))));
    await attack.printed('"command":"initialize"');
  });
});

describe('adapter --server-token-file', () => {
  async function tokenServer(file = join(ownDirectory(), 'token')) {
    const adapter = await server(['--server=0', `--server-token-file=${file}`]);
    return { ...adapter, file, token: readFileSync(file, 'utf8').trim() };
  }

  it('makes the file for its user alone, and keeps its token', async () => {
    const { file, token } = await tokenServer();
    if (!isWindows) expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect((await tokenServer(file)).token).toBe(token);
  });

  it.each([
    ['in one piece', (line: string) => [line + frame(JSON.stringify(INITIALIZE))]],
    ['byte by byte', (line: string) => [...(line + frame(JSON.stringify(INITIALIZE)))]],
  ])('serves a client that sends the token first, %s', async (_, piecesOf) => {
    const { port, token } = await tokenServer();
    for (const line of [`Authorization: Bearer ${token}\r\n`, `authorization: bearer ${token}\n`]) {
      const socket = await connectTo({ port });
      const client = new DapClient(socket.setNoDelay(), socket);
      for (const piece of piecesOf(line)) socket.write(piece);
      expect(await client.responseTo(1)).toMatchObject({ command: 'initialize', success: true });
    }
  });

  it.each([
    ['none', () => '', /there is no token.*Authorization: Bearer TOKEN.*--server-token-file/],
    [
      'a wrong one',
      (token: string) => `Authorization: Bearer ${token.slice(0, -1)}\r\n`,
      /the token is wrong/,
    ],
    ['an empty one', () => 'Authorization: Bearer \r\n', /the token is wrong/],
    ['one in the second line', (token: string) => `X: y\r\nAuthorization: Bearer ${token}\r\n`, /no token/],
    ['a line without an end', () => 'Authorization: Bearer '.padEnd(4096, 'x'), /the token is wrong/],
    ['binary', () => '\0\xff'.repeat(600), /there is no token/],
  ])('refuses a client that sends %s', async (_, lineFor, why) => {
    const { port, token } = await tokenServer();
    const got = await answerTo(await connectTo({ port }), lineFor(token) + frame(JSON.stringify(INITIALIZE)));
    expect(got).toMatch(why);
    expect(got).not.toContain('"response"');
    expect(got).not.toContain(token);
  });

  it.skipIf(noOtherUser)(`serves another user who has the token, and no other${skipName}`, async () => {
    const { port, token } = await tokenServer();
    const line = `Authorization: Bearer ${token}\r\n`;
    await asOtherUser(stranger(port, line + frame(JSON.stringify(INITIALIZE)))).printed('"success":true');
    const got = await asOtherUser(stranger(port, frame(JSON.stringify(INITIALIZE)))).result();
    expect(got).toContain('there is no token');
  });

  it.skipIf(isWindows).each([
    ['that others can read', (file: string) => chmodSync(file, 0o640), /can be read by others.*chmod 600/],
    [
      'that others can write',
      (file: string) => chmodSync(file, 0o602),
      /can be changed by others.*chmod 600/,
    ],
    ['with a second name', (file: string) => linkSync(file, `${file}2`), /has 2 names/],
    [
      'that is too short',
      (file: string) => writeFileSync(file, 'secret\n'),
      /must hold 32 to 1001 characters/,
    ],
    ['that is empty', (file: string) => writeFileSync(file, ''), /must hold 32 to 1001 characters/],
    ['that is too long', (file: string) => writeFileSync(file, 'x'.repeat(5000)), /must hold 32 to 1001/],
    ['with blanks', (file: string) => writeFileSync(file, `${'x'.repeat(40)} y`), /without blanks/],
  ])('refuses a file %s, at the start', async (_, spoil, why) => {
    const file = join(ownDirectory(), 'token');
    writeFileSync(file, 'x'.repeat(43), { mode: 0o600 });
    spoil(file);
    const { code, stderr } = await runCli(['adapter', '--server=0', `--server-token-file=${file}`]);
    expect(stderr).toMatch(why);
    expect(stderr).toContain(file);
    expect(code).toBe(1);
  });

  it.skipIf(isWindows)('refuses a directory and a link in its place', async () => {
    const directory = ownDirectory();
    writeFileSync(join(directory, 'real'), 'x'.repeat(43), { mode: 0o600 });
    symlinkSync('real', join(directory, 'link'));
    mkdirSync(join(directory, 'folder'));
    for (const [name, why] of [
      ['link', /is a symbolic link: give the file that it leads to/],
      ['folder', /is a directory: give the file in it/],
    ] as const) {
      const { code, stderr } = await runCli([
        'adapter',
        '--server=0',
        `--server-token-file=${join(directory, name)}`,
      ]);
      expect(stderr).toMatch(why);
      expect(code).toBe(1);
    }
  });

  it.skipIf(noOtherUser)(`refuses a file of another user${skipName}`, async () => {
    const file = join(ownDirectory(), 'token');
    writeFileSync(file, 'x'.repeat(43), { mode: 0o600 });
    chownSync(file, OTHER_UID, OTHER_UID);
    const { stderr } = await runCli(['adapter', '--server=0', `--server-token-file=${file}`]);
    expect(stderr).toMatch(
      new RegExp(`belongs to another user \\(uid ${OTHER_UID}\\).*start both ends as one user`),
    );
  });
});

describe.skipIf(isWindows)('adapter --server=PATH', () => {
  /** Starts an adapter that must fail. @returns its stderr */
  async function refusal(path: string): Promise<string> {
    const { code, stderr } = await runCli(['adapter', `--server=${path}`]);
    expect(code).toBe(1);
    return stderr;
  }

  it('serves at a socket for its user alone, which is removed at the end', async () => {
    const path = join(ownDirectory(), 'adapter.sock');
    const { address, child, exited } = await server([`--server=${path}`]);
    expect(address).toBe(path);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    const socket = await connectTo({ path });
    const client = new DapClient(socket, socket);
    await client.request('initialize', { adapterID: 'x' });
    child.kill('SIGTERM');
    await within(exited, 'the end of the adapter');
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(noOtherUser)(`is closed to another user${skipName}`, async () => {
    const directory = mkdtempSync('/tmp/s-');
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    chmodSync(directory, 0o755);
    const path = join(directory, 'adapter.sock');
    await server([`--server=${path}`]);
    const code = `require('net').connect(${JSON.stringify(path)}).on('error', (error) => console.log(error.code));`;
    expect(await asOtherUser(code).result()).toBe('EACCES\n');
  });

  it('replaces the socket that an adapter left behind when it was killed', async () => {
    const path = join(ownDirectory(), 'adapter.sock');
    const first = await server([`--server=${path}`]);
    first.child.kill('SIGKILL');
    await first.exited;
    expect(existsSync(path)).toBe(true);
    await server([`--server=${path}`]);
    await connectTo({ path });
  });

  it('refuses a path where another adapter listens, which is not disturbed', async () => {
    const path = join(ownDirectory(), 'adapter.sock');
    await server([`--server=${path}`]);
    expect(await refusal(path)).toMatch(
      /another process listens at .*adapter\.sock: end it, or choose another/,
    );
    await connectTo({ path });
  });

  it('refuses a file that is no socket, also behind a link, and leaves it alone', async () => {
    const directory = ownDirectory();
    const [file, link, dangling] = ['file', 'link', 'dangling'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, 'mine');
    symlinkSync('file', link);
    symlinkSync('nothing', dangling);
    for (const path of [file, link, dangling, directory + '/.']) {
      expect(await refusal(path)).toMatch(/is no socket|cannot listen|EADDRINUSE/);
    }
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(lstatSync(dangling).isSymbolicLink()).toBe(true);
  });

  it.skipIf(noOtherUser)(`refuses the stale socket of another user${skipName}`, async () => {
    const path = join(ownDirectory(), 'adapter.sock');
    const first = await server([`--server=${path}`]);
    first.child.kill('SIGKILL');
    await first.exited;
    chownSync(path, OTHER_UID, OTHER_UID);
    expect(await refusal(path)).toContain(`belongs to user ${OTHER_UID}: choose another path`);
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ['that others can write to', 0o777, /can be written to by other users, and is not sticky.*chmod go-w/],
    ['that the group can write to', 0o770, /can be written to by other users/],
  ])('refuses a directory %s, and one within it', async (_, mode, why) => {
    const directory = ownDirectory();
    const inner = join(directory, 'inner');
    mkdirSync(inner, { mode: 0o700 });
    chmodSync(directory, mode);
    symlinkSync(directory, join(ownDirectory(), 'link'));
    for (const place of [directory, inner]) expect(await refusal(join(place, 'a.sock'))).toMatch(why);
    chmodSync(directory, mode | 0o1000);
    await server([`--server=${join(directory, 'a.sock')}`]);
  });

  it.skipIf(noOtherUser)(`refuses a directory of another user, and one within it${skipName}`, async () => {
    const directory = ownDirectory();
    const inner = join(directory, 'inner');
    mkdirSync(inner, { mode: 0o700 });
    chownSync(directory, OTHER_UID, OTHER_UID);
    for (const place of [directory, inner]) {
      expect(await refusal(join(place, 'a.sock'))).toMatch(
        new RegExp(`belongs to another user \\(uid ${OTHER_UID}\\)\\. Use a directory of your own`),
      );
    }
  });

  it('names what is wrong with a directory that is missing, a path that is too long, and a wrong option', async () => {
    expect(await refusal(join(ownDirectory(), 'missing', 'a.sock'))).toMatch(/ENOENT.*mkdir -m 700/);
    expect(await refusal(join(ownDirectory(), 'x'.repeat(120)))).toMatch(/choose a shorter one/);
    const { code, stderr } = await runCli(['adapter', '--server=./a.sock', '--server-allow-other-users']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('goes with a port')]);
  });

  it('asks for the token there too, if there is one', async () => {
    const directory = ownDirectory();
    const [path, file] = [join(directory, 'a.sock'), join(directory, 'token')];
    await server([`--server=${path}`, `--server-token-file=${file}`]);
    expect(await answerTo(await connectTo({ path }), frame(JSON.stringify(INITIALIZE)))).toContain(
      'no token',
    );
  });
});

describe('a system that does not say who connects', () => {
  it.skipIf(isLinux)('has no server on a port without a choice', async () => {
    const { code, stderr } = await runCli(['adapter', '--server=0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/does not say which user connects.*--server=PATH.*--server-token-file/);
  });

  it.skipIf(noOtherUser)(`as without /proc, has none either${skipName}`, async () => {
    const { spawnSync } = await import('node:child_process');
    const entry = new URL('../../dist/bin.cjs', import.meta.url).pathname;
    const script = `mount -t tmpfs none /proc && exec ${process.execPath} ${entry} adapter --server=0`;
    const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(stderr).toMatch(/does not say which user connects.*--server=PATH.*--server-token-file/);
    expect(status).toBe(1);
  });
});
