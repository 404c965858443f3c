import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { PORT_ARGUMENTS } from '../../support/dapClient.js';
import { CliProcess, runCli } from '../../support/cliProcess.js';

describe('the command line', () => {
  it('tells its version', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` });
  });

  it.each([
    [['--help'], ['adapter', 'debug', 'launch', 'Examples:', '--break app.js:12']],
    [
      ['help', 'debug'],
      ['--break <file:line>', '--json', 'locals', 'p EXPR', 'Ctrl-C', 'Examples:', 'exit code'],
    ],
    [
      ['debug', '--help'],
      ['--stop-on-entry', '--transport', '--log-level'],
    ],
    [
      ['adapter', '--help'],
      [
        '--server <port|path>',
        '--server-token-file <file>',
        'let every user of this machine',
        '--max-frame-bytes <n>',
        '--log-file',
        'Examples:',
        'prints the port that it was given',
      ],
    ],
  ])('%j teaches', async (args, parts) => {
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    for (const part of parts) expect(stdout).toContain(part);
  });

  it.each([
    [[], /Usage: debug-adapter-ipc/],
    [['dance'], /unknown command 'dance'/],
    [['--dance'], /unknown option '--dance'/],
    [['debug'], /missing required argument 'program'/],
    [['debug', '--brake', 'a:1', 'app.js'], /unknown option '--brake'[\s\S]*--break/],
    [['debug', '--break', 'nowhere', 'app.js'], /"nowhere" is not FILE:LINE/],
    [['debug', '--break', 'missing.js:3', 'app.js'], /there is no file .*missing\.js/],
    [['debug', '--transport', 'pigeon', 'app.js'], /--transport: .*pigeon[\s\S]*unix/],
    [['debug', '--log-level', 'loud', 'app.js'], /'loud' is invalid[\s\S]*debug/],
    [['adapter', '--server', 'http'], /A port is a number from 0 to 65535/],
    [['adapter', '--server', '65536'], /A port is a number from 0 to 65535/],
    [['adapter', '--server-token-file', 'x'], /--server-token-file goes with --server/],
    [['adapter', '--server-allow-other-users'], /--server-allow-other-users goes with --server/],
    [['adapter', '--max-frame-bytes', '4095'], /from 4096 to 536870888/],
    [['adapter', '--max-frame-bytes', '1e6'], /from 4096 to 536870888/],
    [['adapter', 'extra'], /too many arguments/],
    [['adapter', '--log-file', join('package.json', 'x.log')], /--log-file .* cannot be written/],
  ])('refuses %j with exit code 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('logs to a file in a new directory, and keeps stdout for DAP', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cli-log-'));
    const file = join(directory, 'a', 'b.log');
    try {
      const { code, stdout, stderr } = await runCli(['adapter', '--log-level', 'trace', '--log-file', file]);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
      const entries = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(entries.map((entry) => typeof (JSON.parse(entry) as { msg: unknown }).msg)).toContain('string');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('logs to stderr if there is no file', async () => {
    const { stdout, stderr } = await runCli(['adapter', '--log-level', 'trace']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr.split('\n')[0] ?? '')).toHaveProperty('msg');
  });

  it('prints the port that adapter --server 0 was given, and ends on SIGTERM', async () => {
    const server = new CliProcess('dist/bin.cjs', ['adapter', ...PORT_ARGUMENTS]);
    await server.seen(/^Listening on 127\.0\.0\.1:[1-9]\d*\n$/);
    server.child.kill('SIGTERM');
    const { code, signal, stderr } = await server.result();
    expect(stderr).toBe('');
    // Windows has no SIGTERM: the process ends at once there.
    expect([code, signal]).toEqual(process.platform === 'win32' ? [null, 'SIGTERM'] : [0, null]);
  });

  it('says that a port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, stderr } = await runCli(['adapter', '--server', String(port), ...PORT_ARGUMENTS.slice(1)]);
    holder.close();
    expect(stderr).toMatch(new RegExp(`^debug-adapter-ipc: --server ${String(port)}: .*EADDRINUSE`));
    expect(code).toBe(1);
  });
});
