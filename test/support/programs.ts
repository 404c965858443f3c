import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { DapClient, startServerProcess, startStdioClient } from './dapClient.js';
import type { AdapterProcess } from './dapClient.js';
import { eventually } from './within.js';

/** The path of a program of test/support/fixtures. */
export function program(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** The number, from 1, of the line with the comment `break: NAME`. */
export function lineOf(path: string, name: string): number {
  return (
    readFileSync(path, 'utf8')
      .split('\n')
      .findIndex((line) => line.endsWith(`// break: ${name}`)) + 1
  );
}

/** True if a process runs. A zombie has ended. */
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

/** Waits until all these processes have ended. @throws at the deadline */
export function goneSoon(pids: readonly number[], timeoutMs = 5_000): Promise<void> {
  return eventually(() => !pids.some(isRunning), `the end of ${pids.join(' and ')}`, timeoutMs);
}

/** The pids that a fixture program prints. Processes that still run at the end of the test are killed. */
export async function pidsOf(client: DapClient): Promise<number[]> {
  await client.waitForEvent('output', () => /pids .*\n/.test(client.output('stdout')));
  const pids = /pids (.*)\n/.exec(client.output('stdout'))?.[1]?.split(' ').map(Number) ?? [];
  onTestFinished(() => {
    for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
  return pids;
}

/** Starts an adapter over stdio, and its client. The adapter is killed when the test ends. */
export function stdioClient(): ReturnType<typeof startStdioClient> {
  const adapter = startStdioClient();
  endWithTest(adapter);
  return adapter;
}

/** Starts an adapter that serves, over TCP unless the arguments say otherwise. It is killed when the test ends. */
export async function server(
  args?: readonly string[],
): Promise<Awaited<ReturnType<typeof startServerProcess>>> {
  const adapter = await startServerProcess(args);
  endWithTest(adapter);
  return adapter;
}

function endWithTest(adapter: AdapterProcess): void {
  onTestFinished(async () => {
    adapter.child.kill('SIGKILL');
    await adapter.exited;
  });
}

/** Connects a client to a server. Its socket is closed when the test ends. */
export async function clientOf(port: number): Promise<DapClient> {
  const client = await DapClient.connect(port);
  onTestFinished(() => void client.fromAdapter.destroy());
  return client;
}
