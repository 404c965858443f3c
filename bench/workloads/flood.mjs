import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endAdapter, startAdapter, stopAtEntry } from '../adapterProcess.mjs';
import { cpuMsOf } from '../cpu.mjs';
import { LinesCheck } from '../linesCheck.mjs';
import { pauseUntil } from '../pausing.mjs';
import { watchPeak } from '../peakMemory.mjs';
import { readSlowly } from '../slowReading.mjs';
import { within } from '../within.mjs';

const PROGRAM = fileURLToPath(new URL('../fixtures/printsLines.cjs', import.meta.url));
const STEP_MS = 15_000;
const FLOOD_MS = 120_000;

const SLOW = 'flood, slow client';
const FAST = 'flood, client at full speed, program that never gives way';

/** Runs a program that prints without pause, with a client that reads too slowly and pauses the program. */
export const flood = {
  title: 'a flood of output',
  maxRounds: 3,
  contenders: ['ours', 'limitLoop'],
  measures: [
    { key: 'pauseMs', title: `${SLOW}: pause to its response, median`, unit: 'ms' },
    { key: 'pauseWorstMs', title: `${SLOW}: the longest of them`, unit: 'ms' },
    { key: 'stoppedMs', title: `${SLOW}: pause to stopped, median`, unit: 'ms' },
    { key: 'stoppedWorstMs', title: `${SLOW}: the longest of them`, unit: 'ms' },
    { key: 'adapterMiB', title: `${SLOW}: peak memory of the adapter above idle`, unit: 'MiB' },
    { key: 'programMiB', title: `${SLOW}: peak memory of the program above idle`, unit: 'MiB' },
    { key: 'slowPerSecond', title: `${SLOW}: lines`, unit: '/s', plain: true },
    { key: 'fastPerSecond', title: `${FAST}: lines`, unit: '/s', higherIsBetter: true },
    { key: 'fastAdapterMiB', title: `${FAST}: peak memory of the adapter above idle`, unit: 'MiB' },
    { key: 'fastProgramMiB', title: `${FAST}: peak memory of the program above idle`, unit: 'MiB' },
    { key: 'lost', title: 'lines lost or out of order, both floods', unit: '', plain: true },
  ],
  async run({ contender, settings: { lines } }) {
    const print = contender === 'limitLoop' ? bareNode : throughAdapter;
    const slow = await print({ lines, args: ['heeds'], isSlow: true });
    const fast = await print({ lines, args: [], isSlow: false });
    return {
      ...slow,
      slowPerSecond: slow.perSecond,
      fastPerSecond: fast.perSecond,
      fastAdapterMiB: fast.adapterMiB,
      fastProgramMiB: fast.programMiB,
      lost: slow.lost + fast.lost,
    };
  },
};

/**
 * Runs the program under the adapter.
 *
 * @param trace the file to record the session in. Undefined: it is not recorded
 */
export async function throughAdapter({ lines, args, isSlow, trace }) {
  const adapter = startAdapter();
  const { child, client } = adapter;
  const check = new LinesCheck(lines);
  client.observe = ({ event, body }) => {
    if (event === 'output' && body.category === 'stdout') check.take(body.output);
  };
  try {
    const pid = await launch(client, [String(lines), ...args], trace);
    const over = within(client.event('exited'), FLOOD_MS, 'the end of the program');
    const peaks = [watchPeak(child.pid), watchPeak(pid)];
    const start = performance.now();
    const latencies = isSlow ? await pauseSlowly(adapter, over) : await letRun(client, over);
    const perSecond = perSecondSince(start, lines);
    const [adapterMiB, programMiB] = peaks.map((peak) => peak());
    const adapterCpuMs = cpuMsOf(child.pid);
    return { ...latencies, adapterMiB, programMiB, adapterCpuMs, perSecond, lost: check.lost };
  } finally {
    await endAdapter(adapter);
  }
}

/**
 * Launches a program up to its first statement.
 *
 * @returns the program's process id
 */
async function launch(client, args, trace) {
  const started = client.event('process');
  started.catch(() => undefined);
  await within(client.request('initialize', { adapterID: 'bench' }), STEP_MS, 'initialize');
  await within(stopAtEntry(client, { program: PROGRAM, args, trace }), STEP_MS, 'the first stop');
  return (await started).body.systemProcessId;
}

async function pauseSlowly({ client, child }, over) {
  const readAtOwnPace = readSlowly(child.stdout);
  try {
    return await pauseUntil(over, client);
  } finally {
    readAtOwnPace();
  }
}

async function letRun(client, over) {
  await client.request('continue', { threadId: 1 });
  await over;
}

/** The limit: the reader is connected directly to the program, which is never paused. */
async function bareNode({ lines, args, isSlow }) {
  const check = new LinesCheck(lines);
  const child = spawn(process.execPath, [PROGRAM, String(lines), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const start = performance.now();
  child.stdout.setEncoding('utf8').on('data', (text) => check.take(text));
  const readAtOwnPace = isSlow ? readSlowly(child.stdout) : () => undefined;
  try {
    // The start of the program is not counted here either.
    await within(once(child.stdout, 'data'), STEP_MS, 'the first line');
    const peak = watchPeak(child.pid);
    await within(closed, FLOOD_MS, 'the end of the program');
    return { programMiB: peak(), perSecond: perSecondSince(start, lines), lost: check.lost };
  } finally {
    readAtOwnPace();
    child.kill('SIGKILL');
  }
}

function perSecondSince(start, lines) {
  return lines / ((performance.now() - start) / 1000);
}
