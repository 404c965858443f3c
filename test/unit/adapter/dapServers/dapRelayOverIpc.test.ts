import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DapRelay } from '../../../../src/adapter/index.js';
import type { Relayed } from '../../../../src/adapter/index.js';
import { IPCManager } from '../../../../src/index.js';
import type { Endpoint, Message } from '../../../../src/index.js';
import { eventually, within } from '../../../support/within.js';
import { fixturePath } from '../sessionPair.js';

function addressOf(endpoint: Endpoint | undefined): string {
  if (endpoint?.transport === 'tcp') return `${endpoint.host}:${endpoint.port}`;
  if (endpoint?.transport === 'unix') return endpoint.path;
  throw new Error('no DAP server knows this endpoint');
}

/** The example of the docs: another adapter, between its client and a DAP server that connects back. */
describe.each(process.platform === 'win32' ? ['tcp'] : ['tcp', 'unix'])(
  'an embedder over %s',
  (transport) => {
    it('has a listener that a DAP server connects to, and relays between it and a client', async () => {
      const ipc = new IPCManager();
      onTestFinished(() => ipc.cleanup());
      await ipc.createListener({ transport, framing: 'content-length' });
      expect(ipc.launcherEnv).toEqual({});
      const server = spawn(process.execPath, [
        fixturePath('dapEchoes.mjs'),
        addressOf(ipc.listening?.endpoint),
      ]);
      const exited = once(server, 'exit');

      const relay = new DapRelay();
      const toClient: Message[] = [];
      const send = ({ to, message }: Relayed): void => {
        if (to === 'client') toClient.push(message);
        if (to === 'server') void ipc.sendMessage(message);
      };
      ipc.startReader((message) => send(relay.fromServer(message)), { accept: true, launcher: server });
      await within(ipc.connected, 'the server is in');

      send(
        relay.fromClient({ seq: 31, type: 'request', command: 'initialize', arguments: { adapterID: 'x' } }),
      );
      send(relay.fromClient({ seq: 32, type: 'request', command: 'launch', arguments: { program: 'ä' } }));
      await eventually(() => toClient.length === 3, 'two answers and an event');
      expect(toClient).toMatchObject([
        { seq: 1, type: 'response', request_seq: 31, body: { supportsStepBack: true } },
        { seq: 2, type: 'response', request_seq: 32, body: { got: { seq: 2, arguments: { program: 'ä' } } } },
        { seq: 3, type: 'event', event: 'initialized' },
      ]);

      send(relay.fromClient({ seq: 33, type: 'request', command: 'test/wait' }));
      send(relay.fromClient({ seq: 34, type: 'request', command: 'test/exit', arguments: { code: 0 } }));
      await within(Promise.all([ipc.closed, ipc.allRead, exited]), 'the end of the server');
      const failed = relay.failPending((command) => ({ message: `${command} is too late` }));
      expect(failed).toMatchObject([
        { seq: 4, request_seq: 33, success: false, message: 'test/wait is too late' },
        { seq: 5, request_seq: 34, success: false },
      ]);
    });
  },
);
