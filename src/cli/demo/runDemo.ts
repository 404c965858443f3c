import { performance } from 'node:perf_hooks';
import { EXIT_STATUS } from '../../commandLine/exitStatus.js';
import { evaluate, readContents, readLocals } from '../debug/inspection.js';
import { shortPath } from '../debug/sourceView.js';
import { DemoSession } from './demoSession.js';
import type { DemoStop } from './demoSession.js';
import { exampleFile, markedLine } from './markedLines.js';
import { Transcript } from './transcript.js';

const PROGRAM = 'main.js';

/**
 * Debugs the example program twice, through a real adapter process, prints the result and checks each step.
 * Resolves to the exit code: 1 if a check failed, which is printed too.
 */
export async function runDemo(print: (line: string) => void): Promise<number> {
  const transcript = new Transcript(print);
  const startedAt = performance.now();
  try {
    await demonstrateSession(transcript);
    await demonstrateFailure(transcript);
  } catch (error) {
    transcript.heading('The demo failed');
    transcript.fact('because', error instanceof Error ? error.message : String(error));
    return EXIT_STATUS.failure;
  }
  transcript.heading(`All as it should be, in ${String(Math.round(performance.now() - startedAt))} ms`);
  return EXIT_STATUS.success;
}

async function demonstrateSession(transcript: Transcript): Promise<void> {
  const take = markedLine('warehouse.js', 'take');
  const price = markedLine(PROGRAM, 'price');
  transcript.heading('A session: stop, look, step, evaluate, go on');
  await inSession(transcript, [take, price], [], async (session) => {
    const first = await session.stop(take);
    printConnection(transcript, session);
    transcript.stop('First stop', first);
    await printStop(transcript, session, first);
    await session.resume('next');
    const stepped = await session.stop({ ...take, line: take.line + 1 });
    transcript.stop('After one step (next)', stepped);
    await printValue(transcript, session, stepped, 'item.quantity');
    await session.resume('continue');
    const second = await session.stop(price);
    transcript.stop('Second stop', second);
    await printValue(transcript, session, second, '({ sku, wanted, cents: item.priceCents * taken })');
    await session.breakpoints.clear();
    await session.resume('continue');
    await printEnd(transcript, session, 0);
  });
}

async function demonstrateFailure(transcript: Transcript): Promise<void> {
  const end = markedLine(PROGRAM, 'end');
  transcript.heading('The same program with --fail: its exit code is told as it is');
  await inSession(transcript, [end], ['--fail'], async (session) => {
    transcript.stop('Stop', await session.stop(end));
    await session.resume('continue');
    await printEnd(transcript, session, 3);
  });
}

/** Runs `work` with a new session of the example, and ends the session afterwards, also on failure. */
async function inSession(
  transcript: Transcript,
  breakpoints: Parameters<DemoSession['launch']>[1],
  args: string[],
  work: (session: DemoSession) => Promise<void>,
): Promise<void> {
  const program = exampleFile(PROGRAM);
  const session = DemoSession.start();
  try {
    transcript.fact('adapter', `debug-adapter-ipc adapter, process ${String(session.adapter.pid)}`);
    transcript.fact('program', [shortPath(program), ...args].join(' '));
    await session.launch({ program, args }, breakpoints);
    await work(session);
  } finally {
    await session[Symbol.asyncDispose]();
  }
}

function printConnection(transcript: Transcript, { record }: DemoSession): void {
  if (record.connection === undefined) throw new Error('the adapter did not tell how it is connected');
  const { transport, reason, launcherArgs } = record.connection;
  transcript.fact('transport', `${transport} (${reason})`);
  transcript.fact('launcher', launcherArgs.join(' '));
  transcript.fact(
    'first stop',
    `${String(Math.round(record.launchToFirstStopMs))} ms after the launch request`,
  );
}

async function printStop(transcript: Transcript, session: DemoSession, stop: DemoStop): Promise<void> {
  transcript.stack(stop.stack);
  transcript.locals(await readLocals(session.adapter.connection, stop.frame.id));
  await printValue(transcript, session, stop, 'item');
  await printValue(transcript, session, stop, 'this.items');
}

async function printValue(
  transcript: Transcript,
  { adapter: { connection } }: DemoSession,
  { frame }: DemoStop,
  expression: string,
): Promise<void> {
  const { result, variablesReference } = await evaluate(connection, expression, frame.id);
  transcript.evaluation(expression, result, await readContents(connection, variablesReference));
}

async function printEnd(transcript: Transcript, session: DemoSession, expected: number): Promise<void> {
  const exitCode = await session.exitCode(expected);
  const { stdout, stderr } = session.record.output;
  if (!stdout.includes('EUR'))
    throw new Error(`the program's output is not all there: ${JSON.stringify(stdout)}`);
  transcript.output('stdout', stdout);
  transcript.output('stderr', stderr);
  transcript.fact('exit code', String(exitCode));
}
