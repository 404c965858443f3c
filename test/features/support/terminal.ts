import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { eventually } from '../../support/within.js';

const RUN_IN_PTY = fileURLToPath(new URL('../fixtures/terminal/runInPty.py', import.meta.url));

/** The arguments of `runInTerminal`. */
export interface TerminalRequest {
  readonly kind: string;
  readonly title: string;
  readonly cwd: string;
  readonly args: string[];
  readonly env: Record<string, string | null>;
}

/** A terminal that runs one command. It has an input, the shown text and an exit code. */
export class Terminal {
  readonly exited: Promise<number | null>;
  private shown = '';

  private constructor(
    readonly request: TerminalRequest,
    private readonly child: ChildProcess,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.shown += text));
    this.exited = new Promise((resolve) => {
      child.once('close', (code) => resolve(code));
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.exited;
    });
  }

  /** Runs the command of a `runInTerminal` request on a pseudo-terminal. */
  static open(request: TerminalRequest): Terminal {
    const env: NodeJS.ProcessEnv = { ...process.env, TERM: 'xterm-256color' };
    for (const [name, value] of Object.entries(request.env)) {
      if (value === null) delete env[name];
      else env[name] = value;
    }
    const child = spawn('python3', [RUN_IN_PTY, ...request.args], { cwd: request.cwd, env });
    return new Terminal(request, child);
  }

  get text(): string {
    return this.shown;
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  shows(text: string): Promise<void> {
    return eventually(() => this.shown.includes(text), `the terminal shows ${text}; it has ${this.shown}`);
  }

  /** The pid that the program prints. */
  async programPid(): Promise<number> {
    await eventually(() => /pid \d+\./.test(this.shown), 'the program prints its pid');
    const pid = Number(/pid (\d+)\./.exec(this.shown)?.[1]);
    onTestFinished(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The program has ended, as it should.
      }
    });
    return pid;
  }
}

/** Opens a terminal when the adapter asks the client for it. @returns the terminal */
export function terminalOf(client: DapClient): Promise<Terminal> {
  return new Promise((resolve) => {
    client.onRequest('runInTerminal', (args) => {
      const terminal = Terminal.open(args as TerminalRequest);
      resolve(terminal);
      return {};
    });
  });
}
