import { describe, expect, it } from 'vitest';
import type { FramingName } from '../../../../src/ipc/core/transportConfig.js';
import { FRAMING_NAMES } from '../../../../src/ipc/core/transportConfig.js';
import type { Auth } from '../../../../src/ipc/core/transportConfig.js';
import { authOf } from '../../../../src/ipc/authentication/auth.js';
import { formatLauncherArgs, parseLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import { TransportFactory } from '../../../../src/ipc/session/transportFactory.js';
import type { TransportConfig } from '../../../../src/ipc/core/transportConfig.js';
import { listeningManager, manager, recorder } from '../../../support/managers.js';
import { rejectionOf, thrownBy } from '../../../support/rejection.js';
import { eventually, within } from '../../../support/within.js';

const KEY = Buffer.alloc(32, 7);
const UNIX = { transport: 'unix', path: '/x' } as const;

describe('two managers', () => {
  const choices: [FramingName, Auth | undefined][] = FRAMING_NAMES.flatMap((framing) =>
    ([undefined, 'key', 'multiprocessing', 'off'] as const).map((auth): [FramingName, Auth | undefined] => [
      framing,
      auth,
    ]),
  );

  it.each(choices)('understand each other by framing %s with auth %s', async (framing, auth) => {
    const { adapter, config } = await listeningManager({ framing, ...(auth && { auth }) });
    const [seen, other] = [recorder(), recorder()];
    adapter.startReader(seen.handler, { accept: true });
    const launcher = manager();
    await launcher.connect(config);
    launcher.startReader(other.handler);
    await within(adapter.connected, 'the launcher is in');
    const messages = [{ event: 'a' }, { event: 'zwölf ✓', body: { text: 'x'.repeat(100_000) } }];
    await Promise.all(messages.map((message) => launcher.sendMessage(message)));
    await adapter.sendMessage({ command: 'c' });
    await eventually(() => seen.messages.length === 2 && other.messages.length === 1, 'all have arrived');
    expect([seen.messages, other.messages]).toEqual([messages, [{ command: 'c' }]]);
    await launcher.cleanup();
    expect(await within(adapter.closed, 'the end')).toMatchObject({ clean: true, by: 'peer' });
  });

  it('that differ in their framing end with an error that says so', async () => {
    const { adapter, config } = await listeningManager({ framing: 'content-length', closeTimeoutMs: 200 });
    const seen = recorder();
    adapter.startReader(seen.handler, { accept: true, onError: seen.onError });
    const launcher = manager();
    await launcher.connect({ ...config, framing: 'dp', auth: 'off' });
    await launcher.sendMessage({ event: 'a' });
    expect(await within(adapter.closed, 'the end')).toMatchObject({
      error: { code: 'ERR_IPC_FRAME_HEADER' },
    });
  });
});

describe('authentication by default', () => {
  it.each([
    [{}, 'key'],
    [{ framing: 'length-prefix' }, 'multiprocessing'],
    [{ framing: 'content-length' }, 'off'],
    [{ framing: 'content-length', key: KEY }, 'key'],
    [{ framing: 'content-length', auth: 'off', key: KEY }, 'off'],
    [{ framing: 'dp', auth: 'multiprocessing' }, 'multiprocessing'],
  ] as [TransportConfig, Auth][])('of %j is %s', (config, auth) => {
    expect(authOf(config)).toBe(auth);
  });

  it('gives a launcher no key where nobody authenticates', async () => {
    const adapter = manager();
    await adapter.createListener({ framing: 'content-length' });
    expect(adapter.launcherEnv).toEqual({});
  });
});

describe('the launcher is told', () => {
  it.each([
    [{}, []],
    [{ framing: 'dp' }, []],
    [{ auth: 'off' }, []],
    [{ framing: 'length-prefix' }, ['--ipc-framing', 'length-prefix']],
    [{ framing: 'content-length', auth: 'off' }, ['--ipc-framing', 'content-length']],
    [{ framing: 'length-prefix', auth: 'key' }, ['--ipc-framing', 'length-prefix', '--ipc-auth', 'key']],
    [{ auth: 'multiprocessing' }, ['--ipc-auth', 'multiprocessing']],
  ] as [TransportConfig, string[]][])('of %j by %j', (talk, args) => {
    expect(formatLauncherArgs(UNIX, talk)).toEqual(['--ipc', 'unix', '--ipc-path', '/x', ...args]);
  });

  it('and reads it back', () => {
    const args = formatLauncherArgs(UNIX, { framing: 'length-prefix', auth: 'key' });
    expect(parseLauncherArgs(args).config).toEqual({ ...UNIX, framing: 'length-prefix', auth: 'key' });
  });

  it.each([
    [['--ipc-framing', 'lines'], '--ipc-framing lines: known are dp, length-prefix, content-length'],
    [['--ipc-auth', 'token'], '--ipc-auth token: known are key, multiprocessing, off'],
  ])('and refuses %j', (args, message) => {
    const error = thrownBy(() => parseLauncherArgs(['--ipc', 'unix', '--ipc-path', '/x', ...args]));
    expect(error).toMatchObject({ code: 'ERR_IPC_CONFIG', message });
  });
});

describe('a configuration', () => {
  it.each([
    [{ framing: 'lines' }, 'unknown framing "lines": known are dp, length-prefix, content-length'],
    [{ auth: 'token' }, 'unknown auth "token": known are key, multiprocessing, off'],
  ])('with %j is refused before any I/O', async (config, message) => {
    const error = await rejectionOf(TransportFactory.createListener(config as TransportConfig));
    expect(error).toMatchObject({ code: 'ERR_IPC_CONFIG', message });
  });

  it('with a key that no launcher can be given is refused', async () => {
    const config = { framing: 'length-prefix', key: Buffer.from('short') } as const;
    expect((await rejectionOf(manager().createListener(config))).code).toBe('ERR_IPC_KEY');
  });
});
