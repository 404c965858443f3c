import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { SLOWNESS } from './slowness.js';

/** Makes a path in the project absolute. */
export function projectPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Deadline of a wait: shorter than the test's own, so that the error shows the output so far. */
const DEADLINE_MS = 20_000 * SLOWNESS;

/** A script of the project that runs as a process. Its output is collected. */
export class CliProcess {
  stdout = '';
  stderr = '';
  readonly child: ChildProcessWithoutNullStreams;

  constructor(script: string, args: readonly string[]) {
    this.child = spawn(process.execPath, [projectPath(script), ...args], { cwd: projectPath('.') });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdin.on('error', () => undefined);
  }

  /** Writes to stdin. */
  type(text: string): void {
    this.child.stdin.write(text);
  }

  /** Resolves when stdout matches. */
  async seen(pattern: RegExp): Promise<void> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    while (!pattern.test(this.stdout)) {
      await once(this.child.stdout, 'data', { signal }).catch(() => {
        this.child.kill('SIGKILL');
        throw new Error(`${String(pattern)} did not show up in:\n${this.stdout}\nstderr:\n${this.stderr}`);
      });
    }
  }

  /** Waits for the end of the process. A process that misses the deadline is killed: `signal` is SIGKILL. */
  async result(): Promise<CliResult> {
    // The deadline of the process.
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), DEADLINE_MS);
    const [code, signal] = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(deadline);
    return { code, signal, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs `debug-adapter-ipc` to its end, with `input` as its whole stdin. */
export function runCli(args: readonly string[], input = ''): Promise<CliResult> {
  const cli = new CliProcess('dist/bin.cjs', args);
  cli.child.stdin.end(input);
  return cli.result();
}

/** Starts `trace follow` of a file, without a browser. @returns the address of its page */
export async function followedAt(path: string): Promise<string> {
  const follow = new CliProcess('dist/bin.cjs', ['trace', 'follow', '--no-open', path]);
  onTestFinished(() => void follow.child.kill('SIGKILL'));
  await follow.seen(/\/\n/);
  return follow.stdout.trim();
}
