import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { DapClient, startServerProcess, startStdioClient } from '../support/dapClient.js';
import type { AdapterProcess } from '../support/dapClient.js';
import { eventually } from '../support/within.js';

/** The path of a program of test/support/fixtures. */
export function program(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** The line, from 1, that carries the comment `break: NAME`. */
export function lineOf(path: string, name: string): number {
  return (
    readFileSync(path, 'utf8')
      .split('\n')
      .findIndex((line) => line.endsWith(`// break: ${name}`)) + 1
  );
}

/** Whether a process runs; one that has ended and waits for its parent to notice does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Fails unless all these processes are gone soon. */
export function goneSoon(pids: readonly number[], timeoutMs = 5_000): Promise<void> {
  return eventually(() => !pids.some(isRunning), `the end of ${pids.join(' and ')}`, timeoutMs);
}

/** The pids that a fixture program prints; they are killed at the end of the test, should they still run. */
export async function pidsOf(client: DapClient): Promise<number[]> {
  await client.waitForEvent('output', () => /pids .*\n/.test(client.output('stdout')));
  const pids = /pids (.*)\n/.exec(client.output('stdout'))?.[1]?.split(' ').map(Number) ?? [];
  onTestFinished(() => {
    for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  return pids;
}

/** An adapter over stdio and its client, ended with the test. */
export function stdioClient(): ReturnType<typeof startStdioClient> {
  const adapter = startStdioClient();
  endWithTest(adapter);
  return adapter;
}

/** An adapter that serves, ended with the test. */
export async function server(): Promise<Awaited<ReturnType<typeof startServerProcess>>> {
  const adapter = await startServerProcess();
  endWithTest(adapter);
  return adapter;
}

function endWithTest(adapter: AdapterProcess): void {
  onTestFinished(async () => {
    adapter.child.kill('SIGKILL');
    await adapter.exited;
  });
}

/** A client of a server, its socket closed with the test. */
export async function clientOf(port: number): Promise<DapClient> {
  const client = await DapClient.connect(port);
  onTestFinished(() => void client.fromAdapter.destroy());
  return client;
}
