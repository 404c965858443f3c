// Runs the same small programs under this debugger and under js-debug, and prints a table (npm run compare).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DebugSession, startJsDebug, startOurs } from './debuggers/debugSession.mjs';

const HELP = `Usage: npm run compare -- [--js-debug FILE]

  --js-debug FILE  js-debug's DAP server, src/dapDebugServer.js of its release "js-debug-dap". The build that is in
                   VS Code has no such file: it runs in the extension host alone. Default: only this debugger`;

const ASYNC = `async function inner() {
  await null;
  STOP
}
async function outer() {
  await inner();
}
outer();
`;
const STOP_LINE = 3;
const WORKER = `const { isMainThread, Worker } = require('node:worker_threads');
if (isMainThread) new Worker(__filename);
else console.log('from the worker', { a: 1 });
`;
const DESCRIBED = `const object = { [Symbol.for('debug.description')]: () => 'described' };
debugger;
void object;
`;

/** Each row runs a program and returns what is shown, as one word or number. */
const ROWS = {
  'async frames at the first stop, a breakpoint': async (adapter, write) => {
    const program = write(ASYNC.replace('STOP', 'void 0;'));
    const breakpoints = [{ line: STOP_LINE }];
    const session = new DebugSession(adapter, (connection) =>
      connection.request('setBreakpoints', { source: { path: program }, breakpoints }),
    );
    session.launch(program);
    return (await framesAtStop(session)).includes('outer') ? 'yes' : 'no';
  },
  'async frames at the first stop, a debugger statement': async (adapter, write) => {
    const session = new DebugSession(adapter);
    session.launch(write(ASYNC.replace('STOP', 'debugger;')));
    return (await framesAtStop(session)).includes('outer') ? 'yes' : 'no';
  },
  'from launch to the first stop, ms': async (adapter, write) => {
    const session = new DebugSession(adapter);
    const start = performance.now();
    session.launch(write('debugger;\n'));
    await session.event('stopped');
    return String(Math.round(performance.now() - start));
  },
  'the line of what a worker logs': async (adapter, write) => {
    const session = new DebugSession(adapter);
    session.launch(write(WORKER));
    const { body } = await session.event('output', ({ output }) => output.includes('from the worker'));
    return body.line === undefined ? 'no' : 'yes';
  },
  'what process.stdout.write writes, by default': async (adapter, write) => {
    const session = new DebugSession(adapter);
    session.launch(write("process.stdout.write('written\\n');\n"));
    await session.event('terminated');
    return session.events.some(({ event, body }) => event === 'output' && body.output.includes('written'))
      ? 'shown'
      : 'not shown';
  },
  'styles of %c': async (adapter, write) => {
    const session = new DebugSession(adapter);
    session.launch(write("console.log('%cred', 'color: red');\n"));
    const { body } = await session.event(
      'output',
      ({ output }) => /red\b/.test(output) && !/\.cjs/.test(output),
    );
    return body.output.includes('\u001b[') ? 'yes' : 'no';
  },
  "Symbol.for('debug.description')": async (adapter, write) => {
    const session = new DebugSession(adapter);
    session.launch(write(DESCRIBED));
    const { body, connection } = await session.event('stopped');
    const { frame } = await topOf(connection, body.threadId);
    const answer = await connection.request('evaluate', {
      expression: 'object',
      frameId: frame.id,
      context: 'watch',
    });
    return answer.body?.result === 'described' ? 'yes' : 'no';
  },
};

async function topOf(connection, threadId) {
  const { body } = await connection.request('stackTrace', { threadId });
  return { frame: body.stackFrames[0], frames: body.stackFrames };
}

async function framesAtStop(session) {
  const { body, connection } = await session.event('stopped');
  return (await topOf(connection, body.threadId)).frames.map(({ name }) => name);
}

async function run(start, row) {
  const adapter = await start();
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  try {
    return await row(adapter, (text) => {
      const program = join(folder, 'program.cjs');
      writeFileSync(program, text);
      return program;
    });
  } catch (error) {
    return `failed: ${error.message}`;
  } finally {
    adapter.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { 'js-debug': { type: 'string' }, help: { type: 'boolean' } } });
if (values.help === true) console.log(HELP);
else {
  const server = values['js-debug'];
  console.log('| what | this debugger | js-debug |\n| --- | --- | --- |');
  for (const [name, row] of Object.entries(ROWS)) {
    const ours = await run(startOurs, row);
    const theirs = server === undefined ? 'not run' : await run(() => startJsDebug(server), row);
    console.log(`| ${name} | ${ours} | ${theirs} |`);
  }
}
