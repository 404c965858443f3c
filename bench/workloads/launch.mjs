import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { distUrl } from '../contenders/ours.mjs';
import { DapClient } from '../dapClient.mjs';
import { within } from '../within.mjs';

const PROGRAM = fileURLToPath(new URL('../fixtures/firstLine.cjs', import.meta.url));
const STEP_MS = 15_000;
const STOP_MS = 5_000;

/** From `launch` to the first stop through the adapter; as the limit, bare `node` to its first line. */
export const launch = {
  title: 'launch to first stop',
  contenders: ['ours', 'limitLoop', 'oursWithoutAuth'],
  measures: [
    { key: 'launchMs', title: 'launch to first stop (limit: bare node to its first line)', unit: 'ms' },
    { key: 'coldMs', title: 'the same from the start of the adapter', unit: 'ms' },
  ],
  run: ({ contender }) => (contender === 'limitLoop' ? bareNode() : throughAdapter(contender === 'ours')),
};

async function throughAdapter(authenticated) {
  const bin = fileURLToPath(new URL('bin.cjs', distUrl()));
  const start = performance.now();
  const child = spawn(process.execPath, [bin, 'adapter'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const client = new DapClient(child);
  try {
    await within(
      client.request('initialize', { adapterID: 'bench', pathFormat: 'path' }),
      STEP_MS,
      'initialize',
    );
    const launched = performance.now();
    await within(stopAtEntry(client, authenticated), STEP_MS, 'the first stop');
    const stopped = performance.now();
    return { launchMs: stopped - launched, coldMs: stopped - start };
  } finally {
    await end(child, client);
  }
}

async function stopAtEntry(client, authenticated) {
  const stopped = client.event('stopped');
  const initialized = client.event('initialized');
  const launched = client.request('launch', {
    program: PROGRAM,
    stopOnEntry: true,
    ipc: { auth: authenticated ? 'key' : 'off' },
  });
  // Whichever fails first tells why; the others are then of no interest.
  for (const promise of [stopped, initialized, launched]) promise.catch(() => undefined);
  await Promise.race([initialized, launched.then(() => initialized)]);
  await client.request('configurationDone');
  await Promise.all([launched, stopped]);
}

async function end(child, client) {
  client.request('disconnect', { terminateDebuggee: true }).catch(() => undefined);
  child.stdin.end();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  try {
    await within(exited, STOP_MS, 'the adapter ends');
  } catch {
    child.kill('SIGKILL');
    await exited;
  }
}

async function bareNode() {
  const start = performance.now();
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await within(once(child.stdout, 'data'), STEP_MS, 'the first line');
  const elapsed = performance.now() - start;
  await within(exited, STOP_MS, 'node ends');
  return { launchMs: elapsed, coldMs: elapsed };
}
