import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { goneSoon, isRunning, lineOf, stdioClient } from '../../support/programs.js';
import { within } from '../../support/within.js';
import { terminalOf } from '../support/terminal.js';
import type { TerminalRequest } from '../support/terminal.js';

/** As a client that has terminals greets an adapter. */
const WITH_TERMINALS = { initialize: { supportsRunInTerminalRequest: true, supportsConnectionEvent: true } };

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/terminal/${name}`, import.meta.url));
}

/** A session whose program waits in a terminal. */
async function waitingIn(how: string, launch: object = {}) {
  const { client, child, exited } = stdioClient();
  const opened = terminalOf(client);
  await client.start(
    { program: fixture('waits.cjs'), args: [how], console: 'integratedTerminal', ...launch },
    {},
    WITH_TERMINALS,
  );
  const terminal = await opened;
  return { client, child, exited, terminal, pid: await terminal.programPid() };
}

describe('a program in a terminal', () => {
  it('reads what is typed, shows colours, stops at breakpoints and exits as it likes', async () => {
    const { client } = stdioClient();
    const opened = terminalOf(client);
    const program = fixture('asksName.cjs');
    await client.start(
      // Node.js shows no colours where it finds CI.
      { program, console: 'integratedTerminal', env: { GREETING: 'Hi', HOME: null, CI: null } },
      { [program]: [lineOf(program, 'greeting')] },
      WITH_TERMINALS,
    );

    const terminal = await opened;
    expect(terminal.request).toMatchObject({ kind: 'integrated', title: 'asksName.cjs', cwd: process.cwd() });
    await terminal.shows('terminal true, colours true');
    await terminal.shows('GREETING Hi, HOME undefined, key false');
    await terminal.shows('Who is there? ');
    terminal.type('Ada\n');

    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    const { stackFrames } = await client.request<{ stackFrames: { id: number }[] }>('stackTrace', {
      threadId,
    });
    const name = await client.request('evaluate', { expression: 'name', frameId: stackFrames[0]?.id });
    expect(name).toMatchObject({ result: "'Ada'" });
    await client.request('continue', { threadId });

    await terminal.shows('\u001b[32mHello Ada\u001b[0m');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 7 });
    await client.waitForEvent('terminated');
    expect(await terminal.exited).toBe(7);
    expect(client.output('stdout')).toBe('');
    await client.request('disconnect');
  });

  it('runs without a debugger, too', async () => {
    const { client, terminal, pid } = await waitingIn('handles', { noDebug: true });
    await client.request('disconnect');
    await goneSoon([pid]);
    expect(await terminal.exited).toBe(3);
  });

  it('may be in a window of its own', async () => {
    const { client, terminal } = await waitingIn('handles', { console: 'externalTerminal' });
    expect(terminal.request.kind).toBe('external');
    await client.request('disconnect');
  });

  it('is ended by Ctrl-C', async () => {
    const { client, terminal, pid } = await waitingIn('runs');
    terminal.type('\u0003');
    await client.waitForEvent('terminated');
    await goneSoon([pid]);
    expect(client.output('console')).toBe('The program has gone without telling its exit code.\n');
    expect(client.events.map(({ event }) => event)).not.toContain('exited');
  });

  it('is asked to end by terminate, and its handlers run', async () => {
    const { client, terminal } = await waitingIn('handles');
    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await client.waitForEvent('terminated');
    await terminal.shows('asked to end');
  });

  it('is ended by force where it does not end when asked', async () => {
    const { client, terminal, pid } = await waitingIn('ignores', { terminateTimeoutMs: 300 });
    await client.request('disconnect');
    await goneSoon([pid]);
    await terminal.shows('not now');
  });

  it.each([['with'], ['without']])('ends %s its debugger when the adapter dies', async (how) => {
    const { child, exited, pid } = await waitingIn('runs', { noDebug: how === 'without' });
    child.kill('SIGKILL');
    await exited;
    await goneSoon([pid]);
  });

  it('runs on in its terminal where the client leaves it running', async () => {
    const { client, terminal, pid } = await waitingIn('handles');
    await client.request('disconnect', { terminateDebuggee: false });
    await client.closed;
    expect(isRunning(pid)).toBe(true);
    process.kill(pid, 'SIGTERM');
    expect(await terminal.exited).toBe(3);
  });
});

describe('a terminal that cannot be had', () => {
  const asked = { program: fixture('waits.cjs'), console: 'integratedTerminal' };

  it('is said to be the client’s lack, with the way out', async () => {
    const { client } = stdioClient();
    await expect(client.start(asked)).rejects.toThrow(
      /"console" is "integratedTerminal", and this client does not run programs in a terminal.*internalConsole/,
    );
    await client.waitForEvent('terminated');
  });

  it('is no place for an inherited descriptor', async () => {
    const { client } = stdioClient();
    const launch = { ...asked, ipc: { transport: 'fd' } };
    await expect(client.start(launch, {}, WITH_TERMINALS)).rejects.toThrow(
      /"ipc.transport" is "fd", and a program in a terminal .* inherits nothing/,
    );
  });

  it('is said to be one that the client refused, and leaves nothing', async () => {
    const { client } = stdioClient();
    client.onRequest('runInTerminal', () => {
      throw new Error('no shell is configured');
    });
    await expect(client.start(asked, {}, WITH_TERMINALS)).rejects.toThrow(
      /never connected to unix .*The client did not do runInTerminal: no shell is configured/,
    );
    expect(existsSync(await socketOf(client))).toBe(false);
  });

  it('is given up at the deadline where nothing connects from it', async () => {
    const { client } = stdioClient();
    const keyFiles: string[] = [];
    client.onRequest('runInTerminal', (args) => {
      keyFiles.push(String((args as TerminalRequest).env.DEBUG_ADAPTER_IPC_KEY_FILE));
      return {};
    });
    await expect(client.start({ ...asked, launchTimeoutMs: 300 }, {}, WITH_TERMINALS)).rejects.toThrow(
      /nobody connected to unix .* within 300 ms/,
    );
    expect(existsSync(await socketOf(client))).toBe(false);
    expect(keyFiles.map((file) => existsSync(file))).toEqual([false]);
  });

  it('is given up when the client goes away', async () => {
    const { client, child, exited } = stdioClient();
    client.onRequest('runInTerminal', () => ({}));
    await client.request('initialize', { adapterID: 'test', ...WITH_TERMINALS.initialize });
    client.send('launch', asked);
    await client.waitForEvent('debug-adapter-ipc/connection');
    child.stdin?.end();
    expect((await within(exited, 'the adapter ends')).code).toBe(0);
  });
});

async function socketOf(client: ReturnType<typeof stdioClient>['client']): Promise<string> {
  const { launcherArgs } = await client.waitForEvent<{ launcherArgs: string[] }>(
    'debug-adapter-ipc/connection',
  );
  return launcherArgs.at(-1) ?? '';
}
