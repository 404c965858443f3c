import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endAdapter, startAdapter, stopAtEntry } from '../adapterProcess.mjs';
import { within } from '../within.mjs';

const PROGRAM = fileURLToPath(new URL('../fixtures/firstLine.cjs', import.meta.url));
const STEP_MS = 15_000;
const STOP_MS = 5_000;
/** Longer than a launcher takes to start. */
const READY_MS = 1_500;

/**
 * Measures the time from `launch` to the first stop through the adapter. The limit is plain `node` to its
 * first line.
 */
export const launch = {
  title: 'launch to first stop',
  contenders: ['ours', 'limitLoop', 'oursWithoutAuth'],
  measures: [
    { key: 'launchMs', title: 'launch to first stop (limit: bare node to its first line)', unit: 'ms' },
    { key: 'coldMs', title: 'the same from the start of the adapter', unit: 'ms' },
    { key: 'warmMs', title: 'launch to first stop with a launcher that is ready', unit: 'ms' },
  ],
  async run({ contender }) {
    if (contender === 'limitLoop') return bareNode();
    const authenticated = contender === 'ours';
    return { ...(await throughAdapter(authenticated)), warmMs: await withReadyLauncher(authenticated) };
  },
};

/** The adapter's process starts a launcher with itself, and the client takes its time. */
async function withReadyLauncher(authenticated) {
  const adapter = startAdapter(['--warm-launcher']);
  try {
    await within(adapter.client.request('initialize', { adapterID: 'bench' }), STEP_MS, 'initialize');
    await pause(READY_MS);
    return await timeToStop(adapter.client, authenticated);
  } finally {
    await endAdapter(adapter);
  }
}

async function timeToStop(client, authenticated) {
  const launched = performance.now();
  const ipc = { auth: authenticated ? 'key' : 'off' };
  await within(stopAtEntry(client, { program: PROGRAM, ipc }), STEP_MS, 'the first stop');
  return performance.now() - launched;
}

async function throughAdapter(authenticated) {
  const start = performance.now();
  const adapter = startAdapter();
  const { client } = adapter;
  try {
    await within(
      client.request('initialize', { adapterID: 'bench', pathFormat: 'path' }),
      STEP_MS,
      'initialize',
    );
    const launchMs = await timeToStop(client, authenticated);
    return { launchMs, coldMs: performance.now() - start };
  } finally {
    await endAdapter(adapter);
  }
}

async function bareNode() {
  const start = performance.now();
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await within(once(child.stdout, 'data'), STEP_MS, 'the first line');
  const elapsed = performance.now() - start;
  await within(exited, STOP_MS, 'node ends');
  return { launchMs: elapsed, coldMs: elapsed, warmMs: elapsed };
}
