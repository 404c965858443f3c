import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../src/commandLine/usageError.js';
import { readLauncherOptions } from '../../../../src/launcher/options/launcherOptions.js';
import { posix } from '../../../support/platform.js';

const ipc = ['--ipc', 'tcp', '--ipc-port', '4711'];

function read(...args: string[]) {
  const options = readLauncherOptions([...ipc, ...args]);
  if ('help' in options) throw new Error('help was not asked for');
  return options;
}

describe('the launcher’s command line', () => {
  it('names the endpoint and the program', () => {
    expect(read('--program', 'a.js')).toMatchObject({
      target: { kind: 'program', program: 'a.js' },
      config: { transport: 'tcp', port: 4711 },
      args: [],
      stopOnEntry: false,
      noDebug: false,
      keepRunning: false,
    });
  });

  it('takes program arguments in three forms, in order, whatever they begin with', () => {
    expect(
      read('--program', 'a.js', '--arg=-x', '--arg', '--y=1', '--arg=', '--', '-z', '--arg=q', '--').args,
    ).toEqual([...['-x', '--y=1', '', '-z', '--arg=q', '--']]);
  });

  it('takes all the flags', () => {
    const flags = [
      '--stop-on-entry',
      '--no-debug',
      '--keep-running',
      '--session-id',
      'S',
      '--log-level=debug',
    ];
    const more = ['--log-file', 'f.log', '--connect-timeout-ms', '250'];
    expect(read('--code', 'a()', ...flags, ...more)).toMatchObject({
      target: { kind: 'code', code: 'a()' },
      config: { connectTimeoutMs: 250 },
      ...{
        stopOnEntry: true,
        noDebug: true,
        keepRunning: true,
        sessionId: 'S',
        logLevel: 'debug',
        logFile: 'f.log',
        trace: { trace: undefined, traceSize: undefined },
      },
    });
  });

  it('leaves a program running to which adapters can attach again', () => {
    const time = ['--reattach-timeout-ms', '600000'];
    expect(read('--program', 'a', ...time)).toMatchObject({ keepRunning: true, reattachTimeoutMs: 600_000 });
    expect(read('--program', 'a', '--keep-running').reattachTimeoutMs).toBeUndefined();
  });

  it.for(['--child-rendezvous', '--child-desk'])('takes the rendezvous of children by %s', (flag) => {
    const rendezvous = { launcherArgs: ['--ipc', 'unix'], keyFile: '/key', timeoutMs: 5 };
    const text = Buffer.from(JSON.stringify(rendezvous)).toString('base64url');
    expect(read('--program', 'a.js', '--session-id', 'S', flag, text).childRendezvous).toEqual({
      ...rendezvous,
      sessionId: 'S',
    });
    expect(() => read('--program', 'a.js', flag, '?')).toThrow(/--child-rendezvous needs JSON/);
  });

  it.for<[string[], RegExp]>([
    [[], /nothing to run: give --program FILE, --code TEXT or --command FILE/],
    [['--program', 'a', '--code', 'b'], /give one of --program, --code and --command/],
    [['--program='], /needs the path/],
    [['--program'], /--program/],
    [['a.js'], /unexpected argument 'a.js': name the program by --program/],
    [['--program', 'a', '--colour'], /'--colour'/],
    [['--program', 'a', '--no-debug=1'], /--no-debug/],
    [['--program', 'a', '--log-level', 'loud'], /known are trace, debug, info/],
    [['--program', 'a', '--connect-timeout-ms', '1s'], /whole number of milliseconds/],
    [['--program', 'a', '--reattach-timeout-ms=2147483648'], /at most 2147483647/],
    [['--program', 'a', '--no-debug', '--reattach-timeout-ms=5'], /goes with --program or --code/],
    [['--command', 'npm', '--reattach-timeout-ms=5'], /goes with --program or --code/],
    [['--program', 'a', '--ipc-port', '4712'], /twice/],
  ])('refuses %j with what is wrong', ([args, message]) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });

  it('refuses an endpoint that is none', () => {
    expect(() => readLauncherOptions(['--program', 'a'])).toThrow(UsageError);
    expect(() => readLauncherOptions(['--ipc', 'pigeon', '--program', 'a'])).toThrow(
      /known are pipe, unix, tcp/,
    );
  });

  it('gives help when asked, whatever else is wrong, but not for the program’s own --help', () => {
    expect(readLauncherOptions(['--nonsense', '-h'])).toHaveProperty('help');
    expect(read('--program', 'a', '--arg', '--help', '--', '-h').args).toEqual(['--help', '-h']);
  });

  it('tells every flag in its help', () => {
    const { help } = readLauncherOptions(['--help']) as { help: string };
    const flags = [
      '--ipc tcp',
      '--ipc unix',
      '--ipc pipe',
      '--connect-timeout-ms',
      '--program',
      '--code',
      '--arg',
    ];
    const more = [
      '--stop-on-entry',
      '--no-debug',
      '--keep-running',
      '--reattach-timeout-ms',
      '--session-id',
      '--log-level',
      '--log-file',
    ];
    for (const flag of [...flags, ...more]) expect(help).toContain(flag);
  });
});

function readAlone(...args: string[]) {
  const options = readLauncherOptions([...args, '--program', 'a.js']);
  if ('help' in options) throw new Error('help was not asked for');
  return options;
}

describe('a launcher that listens', () => {
  it.each<[string, object]>([
    ['auto', { transport: 'auto' }],
    ['5678', { transport: 'tcp', port: 5678 }],
    ['127.0.0.1:0', { transport: 'tcp', host: '127.0.0.1', port: 0 }],
    // On Windows, it would depend on the current drive.
    ...(posix ? [['/run/app.sock', { transport: 'unix', path: '/run/app.sock' }] as [string, object]] : []),
    ['./app.sock', { transport: 'unix', path: resolve('app.sock') }],
  ])('does so at %s', (address, config) => {
    const read = readAlone('--listen', address);
    expect(read.config).toEqual(config);
    expect(read.listen).toEqual({ wait: true, keyFile: undefined });
  });

  it('does not wait where it is told so, and keeps its key where it is told to', () => {
    const flags = ['--listen=auto', '--no-wait', '--key-file', 'key'];
    expect(readAlone(...flags).listen).toEqual({ wait: false, keyFile: resolve('key') });
  });

  it.each<[string[], RegExp]>([
    [['--listen', 'there'], /--listen "there" is no address: .*, or auto/],
    [['--listen'], /--listen/],
    [['--listen', 'auto', '--no-debug'], /--no-debug leaves nothing to listen for/],
    [['--listen', 'auto', '--key-file='], /--key-file needs the path/],
    [['--listen', 'auto', ...ipc], /--ipc/],
    [[...ipc, '--no-wait'], /--no-wait and --key-file go with --listen/],
  ])('is refused %j', (args, message) => {
    expect(() => readAlone(...args)).toThrow(message);
  });

  it('is not what the program’s own arguments ask for', () => {
    expect(read('--program', 'a.js', '--', '--listen', 'auto').listen).toBeUndefined();
  });
});
