import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLauncherArgs, parseLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import type { Endpoint } from '../../../../src/ipc/transport/transport.js';
import { thrownBy } from '../../../support/rejection.js';

const ENDPOINTS: Endpoint[] = [
  { transport: 'tcp', host: '127.0.0.1', port: 4711 },
  { transport: 'tcp', host: '::1', port: 65_535 },
  { transport: 'unix', path: '/run/user/1000/dai-a b/sock=et' },
  { transport: 'pipe', pipeName: '\\\\.\\pipe\\x y' },
  { transport: 'fd', fd: 3 },
  { transport: 'tcp', host: '127.0.0.1', port: 1, tls: { mode: 'psk' } },
];

/** `--flag value --flag value` as `--flag=value --flag=value`. */
function inline(args: string[]): string[] {
  return Array.from({ length: args.length / 2 }, (_, pair) => `${args[2 * pair]}=${args[2 * pair + 1]}`);
}

describe('formatLauncherArgs', () => {
  it.each([
    [ENDPOINTS[0], ['--ipc', 'tcp', '--ipc-host', '127.0.0.1', '--ipc-port', '4711']],
    [ENDPOINTS[2], ['--ipc', 'unix', '--ipc-path', '/run/user/1000/dai-a b/sock=et']],
    [ENDPOINTS[3], ['--ipc', 'pipe', '--ipc-pipe', '\\\\.\\pipe\\x y']],
  ] as [Endpoint, string[]][])('writes %j as a launcher expects it', (endpoint, args) => {
    expect(formatLauncherArgs(endpoint)).toEqual(args);
  });

  it('writes a value that looks like a flag behind an equals sign, where it is read back', () => {
    const args = formatLauncherArgs({ transport: 'unix', path: '--x' });
    expect(args).toEqual(['--ipc', 'unix', '--ipc-path=--x']);
    expect(parseLauncherArgs(args).config).toEqual({ transport: 'unix', path: '--x' });
  });
});

describe('parseLauncherArgs', () => {
  it.each(ENDPOINTS)('reads back $transport in both spellings', (endpoint) => {
    const args = formatLauncherArgs(endpoint);
    expect(parseLauncherArgs(args)).toEqual({ config: endpoint, rest: [] });
    expect(parseLauncherArgs(inline(args))).toEqual({ config: endpoint, rest: [] });
  });

  it('leaves all other arguments, in their order', () => {
    const argv = [
      '--program',
      'x.js',
      '--ipc',
      'tcp',
      '--stop-on-entry',
      '--ipc-port=1',
      '--arg=--ipc',
      '-v',
    ];
    const { config, rest } = parseLauncherArgs(argv);
    expect(config).toEqual({ transport: 'tcp', port: 1 });
    expect(rest).toEqual(['--program', 'x.js', '--stop-on-entry', '--arg=--ipc', '-v']);
  });

  it('stops at "--", which it leaves with all that follows', () => {
    const { rest } = parseLauncherArgs([
      '--ipc',
      'unix',
      '--ipc-path',
      '/s',
      'a',
      '--',
      '--ipc',
      'tcp',
      '--',
    ]);
    expect(rest).toEqual(['a', '--', '--ipc', 'tcp', '--']);
  });

  it('takes the name of a transport in any case', () => {
    expect(parseLauncherArgs(['--ipc', 'UNIX', '--ipc-path', '/s']).config.transport).toBe('unix');
  });

  it('leaves flags that only begin like ours', () => {
    const { rest } = parseLauncherArgs(['--ipcx', '1', '--ipc-ports=2', '--ipc=tcp', '--ipc-port', '9']);
    expect(rest).toEqual(['--ipcx', '1', '--ipc-ports=2']);
  });

  it.each([
    ['no flags at all', [], '--ipc is missing'],
    ['only flags behind "--"', ['--', '--ipc', 'tcp', '--ipc-port', '1'], '--ipc is missing'],
    ['an endpoint without a transport', ['--ipc-port', '1'], '--ipc is missing'],
    ['a transport that is none', ['--ipc', 'carrier-pigeon'], 'known are pipe, unix, tcp'],
    ['auto, which tells no endpoint', ['--ipc', 'auto'], 'known are pipe, unix, tcp'],
    ['tcp without a port', ['--ipc', 'tcp', '--ipc-host', '::1'], '--ipc tcp needs --ipc-port'],
    ['unix without a path', ['--ipc', 'unix'], '--ipc unix needs --ipc-path'],
    ['pipe without a name', ['--ipc', 'pipe'], '--ipc pipe needs --ipc-pipe'],
    [
      'a flag of another transport',
      ['--ipc', 'unix', '--ipc-path', '/s', '--ipc-port', '1'],
      '--ipc-port does not go with',
    ],
    ['a flag twice', ['--ipc', 'tcp', '--ipc-port', '1', '--ipc-port=1'], '--ipc-port is given twice'],
    ['a flag without a value at the end', ['--ipc', 'tcp', '--ipc-port'], '--ipc-port needs a value'],
    ['a flag without a value before another', ['--ipc', '--ipc-port', '1'], '--ipc needs a value'],
    ['an empty value', ['--ipc', 'unix', '--ipc-path='], '--ipc-path needs a value'],
  ])('refuses %s', (_, argv, what) => {
    const error = thrownBy(() => parseLauncherArgs(argv));
    expect(error.code).toBe('ERR_IPC_CONFIG');
    expect(error.message).toContain(what);
  });

  it.each(['0', '65536', '-1', '1.5', '0x10', '1e3', ' 1', 'abc', '4711abc', '99999999999999999999'])(
    'refuses the port %j',
    (port) => {
      const error = thrownBy(() => parseLauncherArgs(['--ipc', 'tcp', `--ipc-port=${port}`]));
      expect(error.code).toBe('ERR_IPC_CONFIG');
      expect(error.message).toContain('from 1 to 65535');
    },
  );

  it('keeps arguments of others whatever they are', () => {
    const foreign = fc.array(fc.string().filter((text) => text !== '--' && !text.startsWith('--ipc')));
    fc.assert(
      fc.property(foreign, foreign, (before, after) => {
        const { config, rest } = parseLauncherArgs([...before, '--ipc=unix', '--ipc-path', '/s', ...after]);
        expect(config).toEqual({ transport: 'unix', path: '/s' });
        expect(rest).toEqual([...before, ...after]);
      }),
    );
  });
});
