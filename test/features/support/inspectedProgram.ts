import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/within.js';

const SERVES = fileURLToPath(new URL('../fixtures/inspector/serves.cjs', import.meta.url));
const ADDRESS = /ws:\/\/127\.0\.0\.1:(\d+)(\/\S+)/;

/** A program that node runs by itself, without a launcher. It is killed when the test ends. */
export class InspectedProgram {
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private stderrText = '';

  private constructor(readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderrText += text));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.exited;
    });
  }

  /** Starts node with an inspector at any port, and waits until it has printed its address. */
  static async withInspector(
    how: string,
    { option = '--inspect', file = SERVES } = {},
  ): Promise<InspectedProgram> {
    const program = InspectedProgram.start(how, [`${option}=127.0.0.1:0`], file);
    await eventually(() => ADDRESS.test(program.stderrText), 'the inspector listens');
    return program;
  }

  /** Starts node without an inspector. */
  static start(how: string, options: readonly string[] = [], file = SERVES): InspectedProgram {
    const args = [...options, file, how];
    return new InspectedProgram(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get port(): number {
    return Number(ADDRESS.exec(this.stderrText)?.[1]);
  }

  get websocketAddress(): string {
    return ADDRESS.exec(this.stderrText)?.[0] ?? '';
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}
