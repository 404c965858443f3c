import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/within.js';

const ENTRY = fileURLToPath(new URL('../../../dist/bin.cjs', import.meta.url));
const FORWARD = fileURLToPath(new URL('../fixtures/attach/forward.mjs', import.meta.url));

/** A program that waits for a debugger to attach: `debug-adapter-ipc launch --listen ...`. */
export class ListeningProgram {
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private stdoutText = '';
  private stderrText = '';

  private constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdoutText += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderrText += text));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.exited;
      this.removePrivateFiles();
    });
  }

  /**
   * Starts a program, and waits until it has printed how to attach.
   *
   * @param under a command that runs the program
   */
  static async start(args: readonly string[], under: readonly string[] = []): Promise<ListeningProgram> {
    const program = ListeningProgram.spawn(args, under);
    await eventually(
      () => program.stderr.includes('to the configuration'),
      `the program listens: ${program.stderr}`,
    );
    return program;
  }

  static spawn(args: readonly string[], under: readonly string[] = []): ListeningProgram {
    const [command = '', ...rest] = [...under, process.execPath, ENTRY, 'launch', ...args];
    return new ListeningProgram(spawn(command, rest, { detached: true }));
  }

  get stdout(): string {
    return this.stdoutText;
  }

  get stderr(): string {
    return this.stderrText;
  }

  /** The address that the program printed. */
  get address(): string {
    return /(?:debugger|attach) at (\S+)/.exec(this.stderrText)?.[1] ?? '';
  }

  /** The configuration that the program printed. */
  get configuration(): { keyFile: string } {
    return JSON.parse(/attach with\s+(.*)/.exec(this.stderrText)?.[1] ?? '') as { keyFile: string };
  }

  get key(): string {
    return readFileSync(this.configuration.keyFile, 'utf8').split('\n')[0] ?? '';
  }

  /** Removes what a killed launcher leaves: the private directories of its key file and its socket. */
  private removePrivateFiles(): void {
    const keyFile = /key file\s+(\S+)/.exec(this.stderrText)?.[1] ?? '';
    for (const directory of [dirname(keyFile), dirname(this.address)]) {
      if (basename(directory).startsWith('dai-')) rmSync(directory, { recursive: true, force: true });
    }
  }

  prints(text: string | RegExp): Promise<void> {
    const matches = (): boolean =>
      typeof text === 'string' ? this.stdoutText.includes(text) : text.test(this.stdoutText);
    return eventually(
      matches,
      `the program prints ${String(text)}; it printed ${this.stdoutText} ${this.stderrText}`,
    );
  }

  /** The last number that the program printed. */
  get count(): number {
    return Number(/count (\d+)\n$/.exec(this.stdoutText)?.[1] ?? 0);
  }

  /** Waits until the program has printed another number, and so runs. */
  async counts(): Promise<void> {
    const before = this.count;
    await eventually(() => this.count > before, 'the program prints another number');
  }
}

/** Starts a tunnel in a process. @returns the local port that leads to the target, and a function to end it */
export async function tunnelTo(target: string): Promise<{ port: number; close: () => void }> {
  const child = spawn(process.execPath, [FORWARD, target], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(port.toString()), close: () => child.kill('SIGKILL') };
}
