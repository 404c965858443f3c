import { describe, expect, it } from 'vitest';
import { firstThatRuns, lineOf, programOf, whereStopped } from './dapServers.js';
import { stdioClient } from '../support/programs.js';

const PROGRAM = programOf('goProgram');
const SOURCE = programOf('goProgram/main.go');
const dlv = firstThatRuns(['dlv'], ['version']) ?? '';
const missing = dlv === '' ? ' (skipped: no dlv here; apt-get install delve golang-go)' : '';
/** dlv builds the program first, on a busy machine with everything that it uses. */
const BUILD_MS = 120_000;

describe.skipIf(missing !== '')(`a Go program under dlv${missing}`, () => {
  it(
    'goes from breakpoint to its end',
    async () => {
      const { client, exited } = stdioClient();
      const launcher = { profile: 'dap', command: dlv, args: ['dap', '--client-addr', '${ipcAddress}'] };
      await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
      const launch = client.send('launch', { launcher, mode: 'debug', program: PROGRAM, cwd: PROGRAM });
      await client.waitForEvent('initialized', undefined, BUILD_MS);
      const line = lineOf(SOURCE, 'total');
      await client.request('setBreakpoints', { source: { path: SOURCE }, breakpoints: [{ line }] });
      await client.request('configurationDone');
      expect(await client.responseTo(launch)).toMatchObject({ success: true });
      const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
      const { top, locals } = await whereStopped(client, threadId);
      expect(top).toMatchObject({ name: 'main.total', line });
      expect(locals).toMatchObject({ result: '42' });
      expect(
        await client.request('evaluate', { expression: 'result * 2', frameId: top.id, context: 'repl' }),
      ).toMatchObject({ result: '84' });
      await client.request('continue', { threadId });
      await client.waitForEvent('terminated');
      expect(client.output('stdout')).toContain('total 42\n');
      await client.request('disconnect');
      await client.closed;
      // dlv's own exit code is no word on the program's.
      expect(client.events.filter(({ event }) => event === 'exited')).toEqual([]);
      expect(client.events.filter(({ event }) => event === 'terminated')).toHaveLength(1);
      expect(await exited).toEqual({ code: 0, signal: null });
    },
    BUILD_MS + 30_000,
  );

  it(
    'that does not build is refused in dlv’s own words',
    async () => {
      const { client } = stdioClient();
      const launcher = { profile: 'dap', command: dlv, args: ['dap', '--client-addr', '${ipcAddress}'] };
      await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
      const launch = await client.ask('launch', { launcher, mode: 'debug', program: '/not/there' }, BUILD_MS);
      expect(launch).toMatchObject({ success: false, command: 'launch' });
      expect(launch.message).toContain('Failed to launch');
      await client.waitForEvent('terminated');
      await client.request('disconnect');
    },
    BUILD_MS + 30_000,
  );
});
