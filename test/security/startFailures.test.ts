import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DapClient } from '../support/dapClient.js';
import { clientOf, program, server } from '../support/programs.js';

const ENTRY = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));
/** Enough for a few sessions. */
const DESCRIPTORS = 60;
const MOST_SESSIONS = 40;

/** Starts a server with few descriptors. @returns its port */
async function poorServer(): Promise<number> {
  const script = `ulimit -n ${DESCRIPTORS}; exec "$@"`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', process.execPath, ENTRY, 'adapter', '--server=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(/:(\d+)/.exec(line.toString())?.[1]);
}

/** Launches a program that stops on entry. @returns the adapter's reason if it refuses */
async function launch(client: DapClient, args: object = {}): Promise<string | undefined> {
  await client.request('initialize', { adapterID: 'test' });
  const launching = client.ask('launch', { program: program('steps.cjs'), stopOnEntry: true, ...args });
  const initialized = client.waitForEvent('initialized');
  const response = await Promise.race([
    launching,
    initialized.then(
      () => undefined,
      () => launching,
    ),
  ]);
  if (response?.success === false) return (response.body as { error: { format: string } }).error.format;
  await initialized;
  await client.request('configurationDone');
  await client.waitForEvent('stopped');
  return undefined;
}

describe.skipIf(process.platform === 'win32')(
  'a launcher that the system cannot start (limits are POSIX)',
  () => {
    it('fails its own launch where descriptors run out, and nothing else', { timeout: 90_000 }, async () => {
      const port = await poorServer();
      const first = await clientOf(port);
      expect(await launch(first)).toBeUndefined();
      let reason: string | undefined;
      for (let count = 1; reason === undefined && count < MOST_SESSIONS; count += 1) {
        reason = await launch(await clientOf(port));
      }
      expect(reason).toMatch(/^The launch failed: .*EMFILE|no endpoint .*EMFILE/);
      expect(await first.request('threads')).toMatchObject({ threads: [{ id: 1 }] });
      await first.request('continue', { threadId: 1 });
      await first.waitForEvent('terminated');
    });

    it.each([
      ['E2BIG', { args: ['x'.repeat(200_000)] }],
      ['EACCES', { runtimeExecutable: program('steps.cjs') }],
    ])('fails its own launch with %s', async (code, args) => {
      const { port } = await server();
      const [good, bad] = [await clientOf(port), await clientOf(port)];
      expect(await launch(good)).toBeUndefined();
      expect(await launch(bad, args)).toMatch(new RegExp(`The launch failed: .*${code}`));
      expect(await bad.ask('threads')).toMatchObject({ success: false });
      expect(await good.request('threads')).toMatchObject({ threads: [{ id: 1 }] });
      await good.request('disconnect');
    });
  },
);
