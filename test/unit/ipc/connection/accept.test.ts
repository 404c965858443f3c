import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PeerListener } from '../../../../src/ipc/connection/peerListener.js';
import { formatLauncherArgs } from '../../../../src/ipc/session/launcherArgs.js';
import { watchProcess } from '../../../../src/ipc/core/peerProcess.js';
import { tcpTransport } from '../../../../src/ipc/transport/tcpTransport.js';
import type { Transport } from '../../../../src/ipc/transport/transport.js';
import { connectionOf, listening, openPair } from '../../../support/connectionPair.js';
import type { Carrier } from '../../../support/connectionPair.js';
import { exitOf, firstLine, startFixture } from '../../../support/fixtureProcess.js';
import { rawFrame } from '../../../support/rawFrames.js';
import { connectRaw } from '../../../support/rawPeer.js';
import { recordingLogger } from '../../../support/recordingLogger.js';
import { rejectionOf } from '../../../support/rejection.js';
import { turnsOfLoop } from '../../../support/turns.js';
import { within } from '../../../support/within.js';
import { describeEndpoint } from '../../../../src/ipc/transport/transport.js';
import { posix } from '../../../support/platform.js';

/** The private transport of this platform. */
const PRIVATE: Carrier = posix
  ? { name: 'unix', config: { transport: 'unix' } }
  : { name: 'pipe', config: { transport: 'pipe' } };
const TCP: Carrier = { name: 'tcp', config: { transport: 'tcp' } };

describe.each([PRIVATE, TCP])('accepting over $name', (carrier) => {
  it('ends at its deadline when the launcher runs but never connects', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const launcher = startFixture('neverConnects');
    await firstLine(launcher);
    const error = await rejectionOf(adapter.accept({ launcher, timeoutMs: 30 }));
    expect(error.code).toBe('ERR_IPC_ACCEPT_TIMEOUT');
    expect(error.message).toContain('within 30 ms');
    expect(error.message).toContain(describeEndpoint(endpoint));
    expect(launcher.exitCode, 'the launcher is left alone').toBeNull();
  });

  it('ends at the deadline of the configuration where none is given', async () => {
    const { adapter } = await listening(carrier, { acceptTimeoutMs: 20 });
    const error = await rejectionOf(adapter.accept());
    expect(error.message).toContain('within 20 ms');
  });

  it('tells the exit code and the end of stderr of a launcher that dies before it connects', async () => {
    const { adapter } = await listening(carrier);
    const launcher = startFixture('diesEarly', ['3']);
    const error = await rejectionOf(adapter.accept({ launcher }));
    expect(error.code).toBe('ERR_IPC_LAUNCHER_EXITED');
    expect(error.message).toContain('exited with code 3');
    expect(error.message).toMatch(/cannot load the thing: no such thing$/);
    expect(error.message.length, 'only the end of it').toBeLessThan(5_000);
  });

  it('tells an exit with code 0 that came before a connection too', async () => {
    const { adapter } = await listening(carrier);
    const error = await rejectionOf(adapter.accept({ launcher: startFixture('diesEarly', ['0']) }));
    expect(error).toMatchObject({ code: 'ERR_IPC_LAUNCHER_EXITED' });
    expect(error.message).toContain('exited with code 0');
  });

  it('tells the signal that ended the launcher', async () => {
    const { adapter } = await listening(carrier);
    const launcher = startFixture('neverConnects');
    await firstLine(launcher);
    const accepted = rejectionOf(adapter.accept({ launcher }));
    launcher.kill('SIGTERM');
    const error = await accepted;
    expect(error.code).toBe('ERR_IPC_LAUNCHER_EXITED');
    expect(error.message).toContain('was ended by SIGTERM');
  });

  it('tells a launcher that cannot be started, with the cause', async () => {
    const { adapter } = await listening(carrier);
    const launcher = spawn('/nowhere/no-such-launcher', { stdio: 'pipe' });
    const error = await rejectionOf(adapter.accept({ launcher }));
    expect(error.code).toBe('ERR_IPC_LAUNCHER_EXITED');
    expect(error.message).toContain('could not be started');
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });

  it('tells the end of a launcher that was over before anybody asked', async () => {
    const { adapter } = await listening(carrier);
    const child = startFixture('diesEarly', ['5']);
    const launcher = watchProcess(child);
    await exitOf(child);
    const error = await rejectionOf(adapter.accept({ launcher }));
    expect(error.message).toContain('exited with code 5');
    expect(error.message).toContain('no such thing');
  });

  it.each(['before', 'during'])('is aborted by a signal %s the wait, with its reason', async (when) => {
    const { adapter } = await listening(carrier);
    const reason = new Error('the user pressed stop');
    const aborting = new AbortController();
    if (when === 'before') aborting.abort(reason);
    const accepted = rejectionOf(adapter.accept({ signal: aborting.signal }));
    await turnsOfLoop();
    aborting.abort(reason);
    expect(await accepted).toMatchObject({ code: 'ERR_IPC_ABORTED', cause: reason });
  });

  it('can be tried again after a deadline, an abort and a death', async () => {
    const { adapter, endpoint } = await listening(carrier);
    await rejectionOf(adapter.accept({ timeoutMs: 5 }));
    await rejectionOf(adapter.accept({ signal: AbortSignal.abort() }));
    await rejectionOf(adapter.accept({ launcher: startFixture('diesEarly') }));
    const launcher = startFixture('connects', formatLauncherArgs(endpoint));
    await within(adapter.accept({ launcher }), 'the accept of a launcher that connects');
    await adapter.writeMessage({ hello: 1 });
    expect(await within(adapter.readMessage(), 'the echo')).toEqual({ event: 'echo', body: { hello: 1 } });
    await adapter.close();
    expect(await exitOf(launcher)).toEqual({ code: 0, signal: null });
  });

  it('finds a peer that connected before it was asked for', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const peer = await connectRaw(endpoint);
    await peer.write(rawFrame({ early: true }));
    await within(adapter.waitForClient({ timeoutMs: 1_000 }), 'the accept');
    expect(await within(adapter.readMessage(), 'the early message')).toEqual({ early: true });
  });

  it('waits without a deadline where that is asked for', async () => {
    const { adapter, endpoint } = await listening(carrier, { acceptTimeoutMs: 1 });
    const accepted = adapter.accept({ timeoutMs: Infinity });
    await connectRaw(endpoint);
    await within(accepted, 'the accept');
  });

  it('lets in a launcher that connects, writes and exits at once, with all it wrote', async () => {
    // Over TCP nobody can say whose process an ended one was, so that it would be refused.
    const { adapter, endpoint } = await listening(carrier, { allowOtherUsers: carrier === TCP });
    const child = startFixture('writesAndExits', formatLauncherArgs(endpoint));
    const launcher = watchProcess(child);
    await exitOf(child);
    await within(adapter.accept({ launcher }), 'the accept');
    for (const number of [1, 2, 3]) {
      expect(await within(adapter.readMessage(), 'a message')).toEqual({ event: 'last', body: { number } });
    }
    expect(await rejectionOf(adapter.readMessage())).toMatchObject({
      code: 'ERR_IPC_LAUNCHER_EXITED',
      exit: { code: 7, signal: null },
    });
    expect((await within(launcher.exited, 'the exit')).code).toBe(7);
  });

  it('lets in a launcher whose end is told before its connection', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const exited = Promise.resolve({ code: 0, signal: null });
    const accepted = adapter.accept({ launcher: { pid: 1, exited, stderrTail: () => '' } });
    await connectRaw(endpoint);
    await within(accepted, 'the accept');
  });

  it('refuses every connector after the first, who is not disturbed', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const launcher = startFixture('connectsTwice', formatLauncherArgs(endpoint));
    await within(adapter.accept({ launcher }), 'the accept');
    const told = await within(adapter.readMessage(), 'how the others ended');
    const { racing, later } = told?.body as { racing: string[]; later: string };
    expect(racing).toHaveLength(2);
    // The later one may still be faster than the end of the listener.
    for (const end of [...racing, later])
      expect(['ended', 'ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE']).toContain(end);
    await adapter.writeMessage({ still: 'here' });
    expect(await within(adapter.readMessage(), 'the echo')).toEqual({
      event: 'echo',
      body: { still: 'here' },
    });
    await adapter.close();
    expect(await exitOf(launcher)).toEqual({ code: 0, signal: null });
  });

  it('refuses a second connector that came before anybody accepted', async () => {
    const { adapter, endpoint } = await listening(carrier);
    const first = await connectRaw(endpoint);
    const second = await connectRaw(endpoint).catch(() => undefined);
    await within(adapter.accept(), 'the accept');
    await first.write(rawFrame({ from: 'the first' }));
    expect(await within(adapter.readMessage(), 'a message')).toEqual({ from: 'the first' });
    await second?.dropped();
  });

  it('does not listen any more once a peer is in', async () => {
    const { adapter } = await openPair(carrier);
    const late = connectionOf(
      { name: carrier.name, config: adapter.endpoint ?? {} },
      { connectTimeoutMs: 50 },
    );
    expect((await rejectionOf(late.connect())).code).toBe('ERR_IPC_CONNECT_TIMEOUT');
  });

  it('leaves no handlers on a signal or a launcher after repeated waits', async () => {
    const { adapter } = await listening(carrier);
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', onWarning);
    onTestFinished(() => void process.removeListener('warning', onWarning));
    for (let round = 0; round < 30; round += 1) await rejectionOf(adapter.accept({ signal, timeoutMs: 1 }));
    expect(warnings).toEqual([]);
  });
});

describe('waiting for a client', () => {
  it('before listening is refused, and says what comes first', async () => {
    const error = await rejectionOf(connectionOf(PRIVATE).waitForClient());
    expect(error.code).toBe('ERR_IPC_NOT_LISTENING');
    expect(error.message).toContain('before startListening');
  });

  it('is part of accept, which also listens where nobody did yet', async () => {
    const adapter = connectionOf(PRIVATE);
    expect((await rejectionOf(adapter.accept({ timeoutMs: 5 }))).code).toBe('ERR_IPC_ACCEPT_TIMEOUT');
    expect(adapter.state).toBe('listening');
  });
});

describe('two connectors in one turn', () => {
  it('are one peer and one that is dropped at once, with a warning', async () => {
    const logger = recordingLogger();
    let closes = 0;
    let connected: (socket: Socket) => void = () => undefined;
    const transport: Transport = {
      ...tcpTransport({}),
      listen: (onSocket) => {
        connected = onSocket;
        const endpoint = { transport: 'tcp', host: '127.0.0.1', port: 1 } as const;
        return Promise.resolve({ endpoint, close: () => Promise.resolve(void (closes += 1)) });
      },
    };
    const listener = await PeerListener.listen(transport, { logger, maxPendingHandshakes: 1 });
    const [first, second] = [new Socket(), new Socket()];
    connected(first);
    connected(second);
    expect((await within(listener.peer, 'the peer')).socket).toBe(first);
    expect([first.destroyed, second.destroyed]).toEqual([false, true]);
    expect(logger.entries.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(closes, 'nothing is left to be found at the endpoint').toBe(1);
    first.destroy();
  });
});
