import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { descriptorShortage } from '../../../../src/ipc/transport/descriptorShortage.js';
import { killAndWait, startFixture } from '../../../support/fixtureProcess.js';
import { posix } from '../../../support/platform.js';
import { within } from '../../../support/within.js';

const LISTENER = fileURLToPath(new URL('../fixtures/listensWithoutDescriptors.mjs', import.meta.url));
/** Enough for Node.js to start and to listen. */
const DESCRIPTORS = 64;

/** Starts the listener with few descriptors. @returns a function that reads its next line */
function poorListener(transport: string): () => Promise<unknown> {
  const script = `ulimit -n ${DESCRIPTORS}; exec "$@"`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', process.execPath, LISTENER, transport], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => killAndWait(child));
  const lines = createInterface(child.stdout);
  return async () => {
    const [line] = (await within(once(lines, 'line'), 'a line of the listener', 20_000)) as [string];
    return JSON.parse(line) as unknown;
  };
}

describe.skipIf(!posix)('a process without file descriptors (limits are POSIX)', () => {
  it.each(['unix', 'tcp'])(
    'says so where it waits for a launcher over %s, and so does the launcher',
    async (transport) => {
      const next = poorListener(transport);
      const { args, env } = (await next()) as { args: string[]; env: NodeJS.ProcessEnv };
      const launcher = startFixture('connects', args, env);
      let stderr = '';
      launcher.stderr.on('data', (chunk) => (stderr += String(chunk)));
      await once(launcher, 'close');
      expect(stderr).toMatch(/ERR_IPC_HANDSHAKE/);
      expect(stderr).toMatch(/it said nothing.*no file descriptors left/);
      const seen = (await next()) as { code: string; message: string };
      expect(seen.code).toBe('ERR_IPC_ACCEPT_TIMEOUT');
      expect(seen.message).toMatch(/nobody connected .*\(.*no file descriptors left \(EMFILE\).*ulimit -n\)/);
    },
  );

  it('is not suspected while there are some', () => {
    expect(descriptorShortage()).toBeUndefined();
  });
});
