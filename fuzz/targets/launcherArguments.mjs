/*
 * Fuzzes the launcher's arguments. Each line of the input is an argument. They give a configuration or
 * ERR_IPC_CONFIG. The remaining arguments are part of the input, in order. A configuration that is formatted
 * and parsed again stays the same.
 */
import assert from 'node:assert/strict';
import { formatLauncherArgs, parseLauncherArgs } from '../../dist/ipc/session/launcherArgs.js';

export const dictionary = [
  '--ipc',
  '--ipc-host',
  '--ipc-port',
  '--ipc-path',
  '--ipc-pipe',
  '--ipc-fd',
  '--ipc=',
  '\n',
  '=',
  '--\n',
  'tcp',
  'unix',
  'pipe',
  'fd',
  '4711',
  '65535',
  '65536',
].map((text) => Buffer.from(text));

export function fuzz(data) {
  const argv = data.toString().split('\n');
  let parsed;
  try {
    parsed = parseLauncherArgs(argv);
  } catch (error) {
    assert.equal(error.code, 'ERR_IPC_CONFIG', error.stack);
    return;
  }
  const { config, rest } = parsed;
  let at = 0;
  for (const argument of rest) {
    at = argv.indexOf(argument, at) + 1;
    assert(at > 0, `${argument} was not given, or not in this order`);
  }
  check(config);
  const again = formatLauncherArgs({ host: '127.0.0.1', ...config });
  assert.deepEqual(
    parseLauncherArgs(again).config,
    config.transport === 'tcp' ? { host: '127.0.0.1', ...config } : config,
  );
}

function check({ transport, host, port, path, pipeName, fd }) {
  const needed = { tcp: port, unix: path, pipe: pipeName, fd }[transport];
  assert(needed !== undefined && needed !== '');
  if (port !== undefined) assert(Number.isInteger(port) && port >= 1 && port <= 65_535);
  if (fd !== undefined) assert(Number.isInteger(fd) && fd >= 3 && fd <= 1023);
  assert.equal(transport === 'tcp' ? undefined : host, undefined);
}
