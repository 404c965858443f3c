/* Fuzzes the messages of a DAP server on their way to the client: each is passed on, held or refused, without a fault. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { DapWriter } from '../../dist/adapter/dap/dapWriter.js';
import { SessionFaults } from '../../dist/adapter/dap/sessionFaults.js';
import { DapServer } from '../../dist/adapter/dapServers/dapServer.js';
import { EventHold } from '../../dist/adapter/dapServers/eventHold.js';
import { readServerMessage } from '../../dist/adapter/dapServers/serverMessage.js';
import { decodeMessage } from '../../dist/ipc/framing/messageCodec.js';
import { INPUTS_PER_QUESTION, secondSession } from './sessions.mjs';
import { hostileText } from './hostile.mjs';

export { dictionary } from './hostile.mjs';

const TEMPLATES = [
  { seq: 1, type: 'event', event: 'stopped', body: { reason: 'pause', threadId: 1 } },
  { seq: 1, type: 'event', event: 'exited', body: { exitCode: 1 } },
  { seq: 1, type: 'event', event: 'capabilities', body: { capabilities: { supportsStepBack: true } } },
  { seq: 1, type: 'event', event: 'terminated', body: { restart: true } },
  {
    seq: 1,
    type: 'response',
    request_seq: 1,
    command: 'initialize',
    success: true,
    message: 'm',
    body: { error: { format: 'f' } },
  },
  { seq: 1, type: 'request', command: 'runInTerminal', arguments: { kind: 'integrated', args: ['a'] } },
  { seq: 1, type: 'request', command: 'cancel', arguments: { requestId: 1, progressId: 'p' } },
];

const secondAnswers = await secondSession();
const nothing = () => undefined;
const writer = new DapWriter();
writer.attach(new PassThrough().resume());
const never = new Promise(nothing);
const manager = { sendMessage: () => Promise.resolve(), closed: never, allRead: never };
let fault;
const faults = new SessionFaults((error) => (fault ??= error));
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
let server;
let events;
let inputs = 0;

function restart() {
  server?.failPending(() => ({ message: 'gone', toBody: () => ({}) }));
  const current = new DapServer(manager, { writer, logger, faults });
  server = current;
  events = new EventHold((message) => current.receive(message));
  events.releaseInitialized();
  for (const seq of [1, 2]) server.receiveFromClient({ seq, type: 'request', command: 'threads' });
}

export async function fuzz(data) {
  if (inputs % INPUTS_PER_QUESTION === 0) restart();
  inputs += 1;
  const message = decodeMessage(hostileText(data, TEMPLATES));
  if (!(message instanceof Error)) {
    try {
      events.receive(readServerMessage(message));
    } catch (error) {
      assert.equal(error.code, 'ERR_IPC_BAD_MESSAGE', error.stack);
    }
  }
  assert.equal(fault, undefined, fault?.stack);
  if (inputs % INPUTS_PER_QUESTION === 0) await secondAnswers();
}
