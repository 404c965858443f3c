import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { distUrl } from './contenders/ours.mjs';
import { DapClient } from './dapClient.mjs';
import { within } from './within.mjs';

const STOP_MS = 5_000;

/** The built adapter over stdio, and its client. */
export function startAdapter() {
  const bin = fileURLToPath(new URL('bin.cjs', distUrl()));
  const child = spawn(process.execPath, [bin, 'adapter'], { stdio: ['pipe', 'pipe', 'ignore'] });
  return { child, client: new DapClient(child) };
}

/** From `launch` to the program's stop at its first statement; `initialize` has been answered. */
export async function stopAtEntry(client, launchArguments) {
  const stopped = client.event('stopped');
  const initialized = client.event('initialized');
  const launched = client.request('launch', { ...launchArguments, stopOnEntry: true });
  // Whichever fails first tells why; the others are then of no interest.
  for (const promise of [stopped, initialized, launched]) promise.catch(() => undefined);
  await Promise.race([initialized, launched.then(() => initialized)]);
  await client.request('configurationDone');
  await Promise.all([launched, stopped]);
}

/** Ends the session and its program; by force, if the adapter does not. */
export async function endAdapter({ child, client }) {
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
