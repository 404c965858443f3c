import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { within } from './within.js';

/** A child with all three streams piped. */
export type FixtureProcess = ReturnType<typeof startFixture>;

/**
 * Starts a program of test/unit/ipc/fixtures. It is killed when the test ends.
 *
 * @param name the file's name without `.mjs`
 * @param env additions to the environment
 */
export function startFixture(name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const file = fileURLToPath(new URL(`../unit/ipc/fixtures/${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: 'pipe', env: { ...process.env, ...env } });
  child.stdin.on('error', () => undefined);
  onTestFinished(() => killAndWait(child));
  return child;
}

/** Kills a child and waits until the process has exited and its pipes are closed. */
export async function killAndWait(child: ChildProcess): Promise<void> {
  child.stdout?.resume();
  child.stderr?.resume();
  if (child.pid === undefined) return;
  const gone = Promise.all([
    exitOf(child),
    child.stdout?.closed === false ? once(child.stdout, 'close') : undefined,
    child.stderr?.closed === false ? once(child.stderr, 'close') : undefined,
  ]);
  child.kill('SIGKILL');
  await within(gone, `the end of child ${child.pid}`);
}

/** Waits for the exit of a child, which may have exited already. @returns its code and signal */
export async function exitOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  if (child.exitCode === null && child.signalCode === null) {
    await within(once(child, 'exit'), `the exit of child ${child.pid}`);
  }
  return { code: child.exitCode, signal: child.signalCode };
}

/** Waits for the first line that a child writes to its stdout. */
export async function firstLine(child: FixtureProcess): Promise<string> {
  let text = '';
  const line = (async () => {
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (text.includes('\n')) break;
    }
    return text.split('\n')[0] ?? '';
  })();
  return within(line, `the first line of child ${child.pid}`);
}
