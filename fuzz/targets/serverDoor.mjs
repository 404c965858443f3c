/*
 * Fuzzes the messages of a DAP server, over the real connection of a whole session: each is passed on, held or refused,
 * without a fault, and a second session answers all the time. Messages that end a session are kept for its end.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { FuzzedSession, MESSAGES_PER_QUESTION, secondSession } from './sessions.mjs';
import { hostileTexts } from './hostile.mjs';

export { dictionary } from './hostile.mjs';

const TEMPLATES = [
  { seq: 1, type: 'event', event: 'stopped', body: { reason: 'pause', threadId: 1 } },
  { seq: 1, type: 'event', event: 'capabilities', body: { capabilities: { supportsStepBack: true } } },
  {
    seq: 1,
    type: 'event',
    event: 'output',
    body: { category: 'stdout', output: 'o', variablesReference: 1 },
  },
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
const LAST_TEMPLATES = [
  { seq: 1, type: 'event', event: 'exited', body: { exitCode: 1 } },
  { seq: 1, type: 'event', event: 'terminated', body: { restart: true } },
];
/** Messages in one session, before those that end it. */
const MESSAGES_PER_SESSION = 50_000;
/** A server process that connects nowhere: this process connects in its place. */
const SERVER = { profile: 'dap', command: 'sh', args: ['-c', 'echo "<$0>"; exec sleep 600', '${ipcPath}'] };

const secondAnswers = await secondSession();
let session;
let socket;
let sent = 0;
let sinceQuestion = 0;

async function start() {
  session = new FuzzedSession();
  const path = new Promise((resolve) => {
    session.onMessage = ({ event, body }) => {
      const [, found] = /<(.+)>/.exec(event === 'output' ? String(body.output) : '') ?? [];
      if (found !== undefined) resolve(found);
    };
  });
  await session.ask('initialize', { adapterID: 'x' });
  const launched = session.ask('launch', {
    launcher: SERVER,
    ipc: { transport: 'unix' },
    terminateTimeoutMs: 100,
  });
  socket = connect(await path).on('error', () => undefined);
  await once(socket, 'connect');
  socket.on('data', answerRequests());
  assert.equal((await launched)?.success, true);
  session.onMessage = undefined;
  sent = 0;
}

/** Answers each request of the adapter, so that the session goes on. */
function answerRequests() {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
      const length = Number(/Content-Length: (\d+)/.exec(rest.toString('latin1', 0, end))[1]);
      if (rest.length < end + 4 + length) return;
      const { type, seq, command } = JSON.parse(rest.toString('utf8', end + 4, end + 4 + length));
      rest = rest.subarray(end + 4 + length);
      if (type !== 'request') continue;
      write([
        Buffer.from(JSON.stringify({ seq: 1, type: 'response', request_seq: seq, command, success: true })),
      ]);
    }
  };
}

function write(texts) {
  socket.write(
    Buffer.concat(texts.flatMap((text) => [Buffer.from(`Content-Length: ${text.length}\r\n\r\n`), text])),
  );
}

/** Returns how many messages the session has taken. */
export async function fuzz(data) {
  if (session === undefined || session.isEnding || socket.destroyed) await start();
  const isLast = sent > MESSAGES_PER_SESSION;
  const texts = hostileTexts(data, isLast ? LAST_TEMPLATES : TEMPLATES).filter((text) => text.length > 0);
  if (texts.length === 0) return 0;
  write(texts);
  sent += texts.length;
  sinceQuestion += texts.length;
  if (isLast) {
    await session.ask('threads');
    session.check();
    await session.end();
  } else if (sinceQuestion >= MESSAGES_PER_QUESTION) {
    sinceQuestion = 0;
    // The server answers behind all that was written: everything before it has been handled then.
    await session.ask('threads');
    session.check();
    await secondAnswers();
  }
  return texts.length;
}

export const close = () => session?.end();
