import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DapConnection } from './dapConnection.js';
import type { MessageObserver } from './dapConnection.js';

/** What starts an adapter that speaks DAP over its stdin and stdout. */
export interface AdapterCommand {
  command: string;
  args: readonly string[];
}

/** How long each step of `close` may take, in milliseconds: the adapter ends its program first. */
const CLOSE_STEP_MS = 8_000;
/** How long an adapter that has closed its stdout may take to exit, in milliseconds. */
const EXIT_GRACE_MS = 2_000;

/** An adapter that we started and that ends with us: the owner of the child and of its DAP connection. */
export class AdapterProcess {
  readonly connection: DapConnection;
  /** Resolves when the process is gone and all that it wrote was read. Never rejects. */
  readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    observe?: MessageObserver,
  ) {
    this.connection = new DapConnection(child.stdout, child.stdin, observe);
    this.exited = this.watch();
  }

  /** Starts one. That it cannot be started is told by its connection, as any other end is. */
  static start(adapter: AdapterCommand, observe?: MessageObserver): AdapterProcess {
    const child = spawn(adapter.command, adapter.args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A group of its own: a Ctrl-C in our terminal is ours to answer, and must not end the adapter.
      detached: process.platform !== 'win32',
    });
    return new AdapterProcess(child, observe);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Closes stdin, which asks the adapter to end; then SIGTERM; then SIGKILL. Resolves when it is gone. */
  async close(): Promise<void> {
    this.child.stdin.end();
    if (await this.goneWithin(CLOSE_STEP_MS)) return;
    this.child.kill('SIGTERM');
    if (await this.goneWithin(CLOSE_STEP_MS)) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private watch(): Promise<void> {
    const { child, connection } = this;
    let grace: NodeJS.Timeout | undefined;
    child.stdout.once('end', () => {
      const mute = new Error('The adapter closed its output, but goes on running');
      grace = setTimeout(() => connection.fail(mute), EXIT_GRACE_MS);
    });
    return new Promise((resolve) => {
      const end = (error: Error): void => {
        clearTimeout(grace);
        connection.fail(error);
        resolve();
      };
      child.once('error', (error) => end(new Error(`The adapter could not be started: ${error.message}`)));
      child.once('close', (code, signal) =>
        end(new Error(`The adapter ended unexpectedly (${how(code, signal)})`)),
      );
    });
  }

  private async goneWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const gone = await Promise.race([this.exited.then(() => true), late]);
    clearTimeout(timer);
    return gone;
  }
}

function how(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${String(code)}` : `killed by ${signal}`;
}
