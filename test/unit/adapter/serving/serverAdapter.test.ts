import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AdapterServer, startServer } from '../../../../src/adapter/serving/serverAdapter.js';
import { DapClient } from '../../../support/dapClient.js';
import { fixturePath, launchWith } from '../sessionPair.js';

/** On systems that do not say who connects to a port, a server has to be told to accept everybody. */
const SYSTEM_OPTIONS = { allowOtherUsers: process.platform !== 'linux' };

async function listen(): Promise<AdapterServer> {
  const server = await AdapterServer.listen(0, { reportError: () => undefined, ...SYSTEM_OPTIONS });
  onTestFinished(() => server.close());
  return server;
}

async function clientOf(server: AdapterServer): Promise<DapClient> {
  const client = await DapClient.connect(server.port);
  onTestFinished(() => void client.fromAdapter.destroy());
  return client;
}

describe('AdapterServer', () => {
  it('listens on 127.0.0.1 alone', async () => {
    const server = await listen();
    const socket = connect({ host: '::1', port: server.port });
    const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [Error];
    expect(error).toBeInstanceOf(Error);
    await clientOf(server);
  });

  it('fails where the port is taken', async () => {
    const server = await listen();
    await expect(AdapterServer.listen(server.port, SYSTEM_OPTIONS)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('says where it listens', async () => {
    const lines: string[] = [];
    const announce = (line: string) => lines.push(line);
    const server = await startServer(0, { announce, handleSignals: false, ...SYSTEM_OPTIONS });
    onTestFinished(() => server.close());
    expect(lines).toEqual([`Listening on 127.0.0.1:${server.port}`]);
  });

  it('gives each client a session of its own', async () => {
    const server = await listen();
    const [one, two] = [await clientOf(server), await clientOf(server)];
    await one.start(launchWith('echoesArguments'));
    expect(await two.ask('threads')).toMatchObject({ success: false });
    await two.start(launchWith('echoesArguments'));
    await one.request('disconnect');
    expect(await two.request('evaluate', { expression: 'x' })).toHaveProperty('result');
  });

  it('ends its sessions when it is closed, however often, and takes no more', async () => {
    const server = await listen();
    const { port } = server;
    const client = await clientOf(server);
    await client.start(launchWith('echoesArguments', { program: fixturePath('dpPeer.mjs') }));
    await Promise.all([server.close(), server.close()]);
    await server.closed;
    await client.closed;
    expect(client.events.at(-1)).toMatchObject({ event: 'terminated' });
    await expect(DapClient.connect(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('survives a client that comes and goes without a word', async () => {
    const server = await listen();
    for (let count = 0; count < 5; count += 1) (await clientOf(server)).fromAdapter.destroy();
    expect(await (await clientOf(server)).request('initialize', { adapterID: 'x' })).toBeDefined();
  });
});
