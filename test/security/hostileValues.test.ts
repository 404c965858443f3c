import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NodeDebugSession } from '../../src/adapter/serving/debugSession.js';
import { BreakpointMemory } from '../../src/adapter/session/breakpointMemory.js';
import { silentLogger } from '../../src/ipc/core/logger.js';
import type { Logger } from '../../src/ipc/core/logger.js';
import { DapClient, startServerProcess } from '../support/dapClient.js';
import { within } from '../support/within.js';

const OVER = /the attack is over/;
/** The time for an attack, which is some MiB of JSON, on a busy machine. In milliseconds. */
const ATTACK_MS = 30_000;

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** Starts a server with two sessions: the second one has to live through all that happens in the first. */
async function twoSessions() {
  const server = await startServerProcess();
  onTestFinished(async () => {
    server.child.kill();
    await within(server.exited, 'the server ends');
  });
  const [attacked, other] = [await DapClient.connect(server.port), await DapClient.connect(server.port)];
  for (const client of [attacked, other]) {
    await client.request('initialize', { adapterID: 'x', supportsStartDebuggingRequest: true });
  }
  const otherAnswers = async (): Promise<void> => {
    // Refused, since nothing was launched there: an answer nevertheless.
    expect((await other.ask('threads')).command).toBe('threads');
    expect(server.child.exitCode).toBeNull();
  };
  return { server, attacked, other, otherAnswers };
}

async function start(client: DapClient, args: object): Promise<void> {
  const launched = client.ask('launch', { terminateTimeoutMs: 1_000, ...args });
  await client.waitForEvent('initialized');
  await client.request('configurationDone');
  await launched;
}

function hostileLaunch(attack: string): object {
  const launcher = { command: process.execPath, args: [fixture('hostileLauncher.mjs'), attack] };
  return { program: fixture('hostileLauncher.mjs'), launcher, ipc: { auth: 'off' } };
}

async function attackIsOver(client: DapClient): Promise<void> {
  await client.waitForEvent('output', ({ output }: { output: string }) => OVER.test(output), ATTACK_MS);
}

describe('a hostile launcher', () => {
  it.each(['deepEvents', 'objectsForText', 'manyValues'])(
    'ends neither the server nor another session: %s',
    async (attack) => {
      const { attacked, otherAnswers } = await twoSessions();
      await start(attacked, hostileLaunch(attack));
      await attackIsOver(attacked);
      await otherAnswers();
      expect(await attacked.request('threads')).toEqual({ threads: [{ id: 1, name: 'main' }] });
    },
    2 * ATTACK_MS,
  );

  it('answers with anything, and the requests of the client are answered', async () => {
    const { attacked, otherAnswers } = await twoSessions();
    await start(attacked, hostileLaunch('deepAnswers'));
    for (let count = 0; count < 10; count += 1) {
      expect((await attacked.ask('stackTrace', { threadId: 1 })).command).toBe('stackTrace');
    }
    await otherAnswers();
  });
});

describe('a hostile program', () => {
  it.skipIf(process.platform === 'win32')(
    'that writes frames to its sockets ends its own session at most (Unix: needs the descriptors)',
    async () => {
      const { attacked, otherAnswers } = await twoSessions();
      await start(attacked, { program: fixture('writesFrames.cjs') });
      await attacked.waitForEvent('terminated', undefined, ATTACK_MS);
      await otherAnswers();
    },
    2 * ATTACK_MS,
  );

  it.skipIf(process.platform !== 'linux')(
    'that floods its rendezvous is disconnected, and takes no memory (Linux: reads /proc)',
    async () => {
      const { server, attacked, otherAnswers } = await twoSessions();
      attacked.onRequest('startDebugging', () => ({}));
      await start(attacked, { program: fixture('floodsRendezvous.mjs'), outputCapture: 'std' });
      await attacked.waitForEvent('terminated', undefined, ATTACK_MS);
      expect(attacked.output('stdout')).toContain('40 peers were disconnected');
      expect(attacked.output('console')).toContain('a process without a name [1]');
      const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
      expect(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(400);
      await otherAnswers();
    },
    2 * ATTACK_MS,
  );
});

describe('a hostile DAP server', () => {
  it(
    'ends neither the adapter nor another session',
    async () => {
      const { attacked, otherAnswers } = await twoSessions();
      const args = [fixture('hostileDapServer.mjs'), '${ipcAddress}'];
      await start(attacked, { launcher: { profile: 'dap', command: process.execPath, args } });
      await attackIsOver(attacked);
      await otherAnswers();
    },
    2 * ATTACK_MS,
  );
});

describe('a hostile client', () => {
  const LEVELS = 500_000;
  const deep = '['.repeat(LEVELS) + ']'.repeat(LEVELS);
  const object = '{"toString":1,"valueOf":1}';

  it.each([
    ['deep', `{"seq":9,"type":"request","command":"threads","arguments":{"x":${deep}}}`],
    ['many values', `{"seq":9,"type":"event","x":[${'0,'.repeat(1_000_000)}0]}`],
  ])('is disconnected: %s', async (_, json) => {
    const { attacked, otherAnswers } = await twoSessions();
    attacked.sendRaw(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    await within(attacked.closed, 'the session ends');
    await otherAnswers();
  });

  it('that sends objects in place of text gets its answers', async () => {
    const { attacked, otherAnswers } = await twoSessions();
    const commands = ['initialize', 'launch', 'attach', 'setBreakpoints', 'restart', 'cancel', 'evaluate'];
    const names = ['pathFormat', 'program', 'source', 'breakpoints', 'console', 'ipc', 'env', 'childSession'];
    let seq = 100;
    for (const command of commands) {
      seq += 1;
      const fields = names.map((name) => `"${name}":${object}`).join();
      const json = `{"seq":${seq},"type":"request","command":"${command}","arguments":{${fields}}}`;
      attacked.sendRaw(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
      expect((await attacked.responseTo(seq)).command).toBe(command);
    }
    await otherAnswers();
  });
});

describe('a fault of the adapter itself', () => {
  it('is one line for the client, and ends that session', async () => {
    vi.spyOn(BreakpointMemory.prototype, 'record').mockImplementation(() => {
      throw new Error('no room\nfor more');
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const { client, session } = sessionWith(silentLogger);
    client.send('initialize', { adapterID: 'x' });
    await within(session.ended, 'the session ends');
    const text = 'The debug adapter failed, and ends this session: no room\n';
    expect(client.output('important')).toBe(text);
    expect(client.events.at(-1)?.event).toBe('terminated');
  });

  it('is none if it is the log that fails', async () => {
    const fail = (): void => {
      throw new Error('the log is full\nof lines');
    };
    const { client, session } = sessionWith({ ...silentLogger, debug: fail, info: fail });
    expect((await client.ask('initialize', { adapterID: 'x' })).success).toBe(true);
    expect((await client.ask('disconnect')).success).toBe(true);
    await within(session.ended, 'the session ends');
    expect(client.output('important')).toBe('');
  });

  function sessionWith(logger: Logger): { client: DapClient; session: NodeDebugSession } {
    const [toAdapter, fromAdapter] = [new PassThrough(), new PassThrough()];
    const session = new NodeDebugSession({ logger, reportError: () => undefined });
    session.start(toAdapter, fromAdapter);
    return { client: new DapClient(toAdapter, fromAdapter), session };
  }
});
