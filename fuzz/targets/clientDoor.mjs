/* Fuzzes the messages of a client: no message causes a fault, and a second session answers all the time. */
import { FuzzedSession, MESSAGES_PER_QUESTION, secondSession } from './sessions.mjs';
import { hostileTexts } from './hostile.mjs';

export { dictionary } from './hostile.mjs';

const request = (command, args) => ({ seq: 1, type: 'request', command, arguments: args });
const source = { name: 'a.js', path: '/nowhere/a.js', sourceReference: 0 };
const TEMPLATES = [
  request('initialize', {
    adapterID: 'x',
    pathFormat: 'path',
    linesStartAt1: true,
    columnsStartAt1: true,
    locale: 'en',
  }),
  request('launch', {
    program: '/nowhere/a.js',
    cwd: '/nowhere',
    args: ['a'],
    env: { A: '1' },
    console: 'internalConsole',
    outFiles: ['a'],
    ipc: { transport: 'unix', port: 1 },
    terminateTimeoutMs: 100,
  }),
  request('attach', {
    childSession: { id: 'x', keyFile: '/nowhere/key', launcherArgs: ['--ipc', 'unix'] },
    launchTimeoutMs: 1,
  }),
  request('setBreakpoints', { source, breakpoints: [{ line: 1, column: 1, condition: 'a' }], lines: [1] }),
  request('setExceptionBreakpoints', { filters: ['all'], filterOptions: [{ filterId: 'all' }] }),
  request('evaluate', { expression: '1', frameId: 1, context: 'repl', format: { hex: true } }),
  request('cancel', { requestId: 1, progressId: 'a' }),
  request('restart', { arguments: { program: '/nowhere/a.js' } }),
  request('threads', {}),
  {
    seq: 1,
    type: 'response',
    request_seq: 1,
    command: 'runInTerminal',
    success: true,
    message: 'm',
    body: { error: { id: 1, format: 'f' } },
  },
  { seq: 1, type: 'event', event: 'x', body: {} },
];

const secondAnswers = await secondSession();
let session = new FuzzedSession();
let sinceQuestion = 0;

/** Returns how many messages a session has taken. */
export async function fuzz(data) {
  let sent = 0;
  for (const text of hostileTexts(data, TEMPLATES)) {
    if (session.isEnding) session = new FuzzedSession();
    session.sendRaw(text);
    sent += 1;
  }
  sinceQuestion += sent;
  if (sinceQuestion < MESSAGES_PER_QUESTION) return sent;
  sinceQuestion = 0;
  await session.ask('threads');
  session.check();
  await secondAnswers();
  return sent;
}

export const close = () => session.end();
