import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AdapterStandIn, COMMAND, ProcessRecord } from '../../support/launcher/adapterStandIn.js';
import type { Ended } from '../../support/launcher/adapterStandIn.js';
import { program } from '../../support/launcher/programs.js';

interface Case {
  readonly name: string;
  /** A file of the fixtures, or an absolute path. */
  readonly file?: string;
  readonly code?: string;
  /** The script that starts the launcher, and its arguments. Default: the launcher's own script. */
  readonly launcher?: readonly string[];
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Sent when stdout says `ready`. */
  readonly signal?: NodeJS.Signals;
}

const links = mkdtempSync(join(tmpdir(), 'invisible-'));
symlinkSync(program('invisible/surroundings.cjs'), join(links, 'linked.cjs'));

writeFileSync(join(links, 'syntaxError.cjs'), 'const fine = 1;\nconst = 2;\n');

const endsIn = [
  ...['naturally', 'exitCode', 'exitCodeText', 'exit', 'exitAfterOutput', 'exitInTimer', 'exitInExit'],
  ...['exitCodeInExit', 'beforeExit', 'throws', 'throwsLater', 'throwsInTick', 'throwsNull', 'throwsText'],
  ...['throwsInExit', 'catchesExit', 'rejects', 'rejectsText', 'handlesUncaught'],
  ...[
    'handlesRejection',
    'monitors',
    'wrapsEmit',
    'manyExitListeners',
    'killsItself',
    'terminatesItself',
    'signalsItself',
    'warns',
  ],
];

const cases: readonly Case[] = [
  {
    name: 'surroundings of CommonJS',
    file: 'invisible/surroundings.cjs',
    args: ['a', '--b', '-c=d e', '', '--'],
  },
  {
    name: 'surroundings of CommonJS, by the command',
    file: 'invisible/surroundings.cjs',
    launcher: [COMMAND, 'launch'],
  },
  {
    name: 'surroundings of an ES module, by the command',
    file: 'invisible/surroundings.mjs',
    launcher: [COMMAND, 'launch'],
  },
  { name: 'surroundings of an ES module', file: 'invisible/surroundings.mjs', args: ['a'] },
  { name: 'a program given relatively', file: './surroundings.cjs', cwd: program('invisible') },
  { name: 'a program behind a link', file: join(links, 'linked.cjs') },
  {
    name: 'node options',
    file: 'invisible/surroundings.cjs',
    execArgv: ['--stack-trace-limit=4', '--no-warnings'],
  },
  {
    name: 'a preloaded module',
    file: 'invisible/order.cjs',
    execArgv: ['--require', program('invisible/preload.cjs')],
  },
  {
    name: 'a preloaded module that wraps process.emit',
    file: 'invisible/ends.cjs',
    args: ['exitCode'],
    execArgv: ['--require', program('invisible/wrapsEmit.cjs')],
  },
  {
    name: 'a preloaded ES module',
    file: 'invisible/order.mjs',
    execArgv: ['--import', program('invisible/preload.cjs')],
  },
  {
    name: 'a module preloaded by the environment',
    file: 'invisible/order.cjs',
    env: { ...process.env, NODE_OPTIONS: `--require=${program('invisible/preload.cjs')}` },
  },
  { name: 'order of turns in CommonJS', file: 'invisible/order.cjs' },
  { name: 'order of turns in an ES module', file: 'invisible/order.mjs' },
  { name: 'the console', file: 'invisible/console.cjs' },
  { name: 'stdin', file: 'invisible/stdin.cjs', stdin: 'some words\n'.repeat(20_000) },
  { name: 'type: module', file: 'typeModule/program.js', args: ['x'] },
  { name: 'a directory', file: 'directory', args: ['x'] },
  { name: 'a name without extension', file: 'directory/index' },
  { name: 'a file that is not there', file: 'invisible/notThere.js' },
  { name: 'an import that is not there', file: 'invisible/importsMissing.mjs' },
  { name: 'a syntax error', file: join(links, 'syntaxError.cjs') },
  { name: 'a module that throws', file: 'invisible/throws.mjs' },
  { name: 'a top-level await that never settles', file: 'invisible/unsettled.mjs' },
  { name: 'a worker and a child of its own', file: 'invisible/starts.cjs' },
  { name: 'SIGTERM by default', file: 'invisible/waits.cjs', signal: 'SIGTERM' },
  { name: 'SIGTERM handled', file: 'invisible/waits.cjs', args: ['handles'], signal: 'SIGTERM' },
  { name: 'SIGINT by default', file: 'invisible/waits.cjs', signal: 'SIGINT' },
  ...endsIn.map((way) => ({ name: `end: ${way}`, file: 'invisible/ends.cjs', args: [way] })),
  {
    name: 'code as for node -e',
    code: 'console.log(process.argv, __filename, __dirname, typeof require("fs").openSync, module.id, this === globalThis); import("node:os").then((os) => console.log(typeof os.EOL))',
    args: ['x', '-y'],
  },
  { name: 'code that sets the exit code', code: 'process.exitCode = 5' },
  { name: 'code that throws', code: 'function fail() { throw new Error("from code"); }\nfail();' },
  { name: 'code with a syntax error', code: 'const = 2' },
];

function pathOf({ file = '' }: Case): string {
  return file.startsWith('/') || file.startsWith('.') ? file : program(file);
}

function optionsOf({ execArgv = [], env, cwd }: Case) {
  return { execArgv, ...(env && { env }), ...(cwd !== undefined && { cwd }) };
}

async function runPlain(tested: Case): Promise<Ended> {
  const { execArgv, ...options } = optionsOf(tested);
  const what = tested.code === undefined ? [pathOf(tested)] : ['-e', tested.code, '--'];
  const args = [...execArgv, ...what, ...(tested.args ?? [])];
  return await drive(new ProcessRecord(spawn(process.execPath, args, { ...options, stdio: 'pipe' })), tested);
}

async function runLaunched(tested: Case, isWarm = false): Promise<Ended & { exitCode: unknown }> {
  const what = tested.code === undefined ? ['--program', pathOf(tested)] : ['--code', tested.code];
  const args = [...what, ...(tested.args ?? []).map((argument) => `--arg=${argument}`)];
  const started = tested.launcher && { launcher: tested.launcher };
  await using standIn = await AdapterStandIn.initialized({
    args,
    isWarm,
    ...started,
    ...optionsOf(tested),
  });
  // With everything that an adapter can ask for.
  await standIn.ask('launch', { describeOutput: true });
  await standIn.ask('configurationDone');
  const ended = await drive(standIn.process, tested);
  await standIn.manager.closed;
  const exited = standIn.events.find(({ event }) => event === 'exited');
  return { ...ended, exitCode: exited?.body.exitCode };
}

async function drive(record: ProcessRecord, { stdin = '', signal }: Case): Promise<Ended> {
  record.child.stdin?.on('error', () => undefined).end(stdin);
  if (signal !== undefined) {
    await record.printed('ready');
    record.child.kill(signal);
  }
  return await record.end();
}

/** Node's own lowest frames: its main script, or its tick queue; what stands behind them stays. */
const NODES_START =
  /\n {4}at (?:node:internal\/main\/run_main_module|process\.processTicksAndRejections \(node:internal\/process\/task_queues):\d+:\d+\)?(?= \{$|$)/gm;

/** Node 22 and later try code with a syntax error once more as TypeScript, and say what that came to. */
const AS_TYPESCRIPT = /^Unexpected token `=`\. Expected .*\n/m;

/**
 * Replaces the parts of the result that differ: values of one run, the stack frame by which node starts the
 * program, and the line of node's `emit` for an exit listener, which depends on the number of listeners.
 */
function comparable({ code, signal, stdout, stderr }: Ended): object {
  const plain = (text: string): string =>
    shorten(text)
      .replace(/^\(node:\d+\)/gm, '(node:PID)')
      .replace(NODES_START, '')
      .replace(AS_TYPESCRIPT, '')
      .replace(/process\.emit \(node:events:\d+:\d+\)/g, 'process.emit (node:events)');
  return { code, signal, stdout: plain(stdout), stderr: plain(stderr) };
}

/** Code is run by other functions of node than `node -e` has for it. */
function withoutNodesFrames(ended: Ended): Ended {
  const frames = /^ {4}at (?:.*\(node:.*|node:.*|\[eval\]-wrapper.*)\n/gm;
  return { ...ended, stderr: ended.stderr.replace(frames, '') };
}

/** So that a failure can be read. */
function shorten(text: string): string {
  return text.length < 20_000 ? text : `${text.slice(0, 20)}… ${text.length} characters …${text.slice(-20)}`;
}

describe.concurrent('a program under the launcher is as under plain node', () => {
  afterAll(() => rmSync(links, { recursive: true }));

  it.for(cases)('$name', { timeout: 20_000 }, async (tested) => {
    await expectSame(tested, runLaunched(tested));
  });

  it.for(cases)('$name, in a warm launcher', { timeout: 20_000 }, async (tested) => {
    await expectSame(tested, runLaunched(tested, true));
  });

  async function expectSame(tested: Case, running: ReturnType<typeof runLaunched>): Promise<void> {
    const [plain, launched] = await Promise.all([runPlain(tested), running]);
    const frames = tested.code === undefined ? (ended: Ended) => ended : withoutNodesFrames;
    expect(comparable(frames(launched))).toEqual(comparable(frames(plain)));
    expect(launched.stdout + launched.stderr).not.toMatch(/\/dist\//);
    expect(launched.exitCode).toBe(plain.code ?? undefined);
  }
});
