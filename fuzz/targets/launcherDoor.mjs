/*
 * Fuzzes the events and responses of a launcher, over one real connection to a session of the adapter. No message causes
 * a fault, and a second session answers all the time.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { IPCManager } from '../../dist/ipc/index.js';
import { FuzzedSession, MESSAGES_PER_QUESTION, secondSession } from './sessions.mjs';
import { hostileTexts } from './hostile.mjs';

export { dictionary } from './hostile.mjs';

const source = { name: 'a.js', path: '/nowhere/a.js', sourceReference: 0 };
const breakpoint = { id: 1, verified: true, line: 1, column: 1, message: 'm', source };
const call = {
  category: 'stdout',
  offset: 0,
  length: 2,
  head: 'a\n',
  depth: 1,
  group: 'start',
  variablesReference: 1,
  source,
  line: 1,
  column: 1,
};
const event = (name, body) => ({ event: name, body });
/** `process` has a process space of another machine, so that no number in it is ever signalled. */
const TEMPLATES = [
  event('stopped', {
    reason: 'pause',
    threadId: 1,
    allThreadsStopped: true,
    hitBreakpointIds: [1],
    description: 'd',
    text: 't',
  }),
  event('continued', { threadId: 1, allThreadsContinued: true }),
  event('thread', { threadId: 1, reason: 'started' }),
  event('process', { name: 'n', isLocalProcess: true, startMethod: 'launch' }),
  event('breakpoint', { reason: 'changed', breakpoint }),
  event('loadedSource', { reason: 'new', source }),
  event('output', {
    category: 'console',
    output: 'o',
    group: 'start',
    variablesReference: 1,
    source,
    line: 1,
    column: 1,
  }),
  event('error', { message: 'm' }),
  event('consoleCalls', { calls: [call, call] }),
  event('capabilities', { capabilities: { supportsStepBack: true } }),
  {
    event: 'response',
    id: 1,
    success: true,
    message: 'm',
    body: { breakpoints: [breakpoint], threads: [{ id: 1, name: 'n' }] },
  },
];

const secondAnswers = await secondSession();
let session;
let socket;
let nextBody;
let sinceQuestion = 0;

async function start() {
  const key = randomBytes(32);
  const launcher = new IPCManager();
  await launcher.createListener({ transport: 'unix', key, keyDelivery: 'env' });
  const { path } = launcher.listening.endpoint;
  launcher.startReader((command) => answer(launcher, command), { accept: true, onError: () => undefined });
  session = new FuzzedSession();
  await session.ask('initialize', { adapterID: 'x', linesStartAt1: false });
  const attached = await session.ask('attach', { path, key: key.toString('hex'), terminateTimeoutMs: 100 });
  assert.equal(attached?.success, true, attached?.message);
  // The messages are written as bytes: many of them cannot be written from values.
  ({ socket } = launcher.connection.stream);
}

function answer(launcher, { command, id }) {
  const response = { event: 'response', id, success: true };
  if (command === 'stackTrace' && nextBody !== undefined)
    write(
      Buffer.concat([
        Buffer.from(`{"event":"response","id":${id},"success":true,"body":`),
        nextBody,
        Buffer.from('}'),
      ]),
    );
  else launcher.sendMessage(response).catch(() => undefined);
  if (command === 'initialize') launcher.sendMessage({ event: 'initialized' }).catch(() => undefined);
}

function write(...payloads) {
  const parts = payloads.flatMap((payload) => {
    const header = Buffer.from([0x44, 0x50, 1, 1, 0, 0, 0, 0]);
    header.writeUInt32BE(payload.length, 4);
    return [header, payload];
  });
  socket.write(Buffer.concat(parts));
}

/** Returns how many messages the session has taken. */
export async function fuzz(data) {
  if (session === undefined || session.isEnding) await start();
  const texts = hostileTexts(data, TEMPLATES).filter((text) => text.length > 0);
  if (texts.length === 0) return 0;
  write(...texts);
  sinceQuestion += texts.length;
  if (sinceQuestion < MESSAGES_PER_QUESTION) return texts.length;
  sinceQuestion = 0;
  // Answered behind all that was written: everything before it has been handled then.
  await session.ask('threads');
  nextBody = Buffer.from('{"breakpoints":[null],"x":{"toString":1}}');
  await session.ask('stackTrace', { threadId: 1 });
  session.check();
  await secondAnswers();
  return texts.length;
}

export const close = () => session?.end();
