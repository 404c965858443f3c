import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/within.js';

const ENTRY = fileURLToPath(new URL('../../../dist/bin.cjs', import.meta.url));
const FORWARD = fileURLToPath(new URL('../fixtures/attach/forward.mjs', import.meta.url));

/** A program that was started to be attached to: `debug-adapter-ipc launch --listen ...`. */
export class ListeningProgram {
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private out = '';
  private errors = '';

  private constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.exited;
    });
  }

  /** Resolves when it has said how to attach. @param under a command that runs it */
  static async start(args: readonly string[], under: readonly string[] = []): Promise<ListeningProgram> {
    const program = ListeningProgram.spawn(args, under);
    await eventually(() => program.stderr.includes('to the configuration'), `it listens: ${program.stderr}`);
    return program;
  }

  static spawn(args: readonly string[], under: readonly string[] = []): ListeningProgram {
    const [command = '', ...rest] = [...under, process.execPath, ENTRY, 'launch', ...args];
    return new ListeningProgram(spawn(command, rest, { detached: true }));
  }

  get stdout(): string {
    return this.out;
  }

  get stderr(): string {
    return this.errors;
  }

  /** The address that it printed. */
  get address(): string {
    return /(?:debugger|attach) at (\S+)/.exec(this.errors)?.[1] ?? '';
  }

  /** The configuration that it printed. */
  get configuration(): { keyFile: string } {
    return JSON.parse(/attach with\s+(.*)/.exec(this.errors)?.[1] ?? '') as { keyFile: string };
  }

  get key(): string {
    return readFileSync(this.configuration.keyFile, 'utf8').split('\n')[0] ?? '';
  }

  prints(text: string | RegExp): Promise<void> {
    const fits = (): boolean => (typeof text === 'string' ? this.out.includes(text) : text.test(this.out));
    return eventually(fits, `it prints ${String(text)}; it printed ${this.out} ${this.errors}`);
  }

  /** The last number that it counted to. */
  get count(): number {
    return Number(/count (\d+)\n$/.exec(this.out)?.[1] ?? 0);
  }

  /** Resolves when it has counted on: it runs. */
  async counts(): Promise<void> {
    const before = this.count;
    await eventually(() => this.count > before, 'it counts on');
  }
}

/** A tunnel in a process of its own. @returns the port of this machine that leads to the target, and its end */
export async function tunnelTo(target: string): Promise<{ port: number; close: () => void }> {
  const child = spawn(process.execPath, [FORWARD, target], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(port.toString()), close: () => child.kill('SIGKILL') };
}
