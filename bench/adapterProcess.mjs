import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { distUrl } from './contenders/ours.mjs';
import { DapClient } from './dapClient.mjs';
import { within } from './within.mjs';

const STOP_MS = 5_000;

/** Starts the built adapter over stdio, and its client. @param args further arguments of the adapter */
export function startAdapter(args = []) {
  const bin = fileURLToPath(new URL('bin.cjs', distUrl()));
  const child = spawn(process.execPath, [bin, 'adapter', ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  return { child, client: new DapClient(child) };
}

/**
 * Launches a program, and waits until it has stopped at its first statement. Requires a response to
 * `initialize`.
 */
export async function stopAtEntry(client, launchArguments) {
  const stopped = client.event('stopped');
  const initialized = client.event('initialized');
  const launched = client.request('launch', { ...launchArguments, stopOnEntry: true });
  // The first failure has the reason. Later failures are ignored.
  for (const promise of [stopped, initialized, launched]) promise.catch(() => undefined);
  await Promise.race([initialized, launched.then(() => initialized)]);
  await client.request('configurationDone');
  await Promise.all([launched, stopped]);
}

/** Ends the session and its program; by force, if the adapter does not end them. */
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
