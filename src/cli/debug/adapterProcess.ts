import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DapConnection } from './dapConnection.js';
import type { MessageObserver } from './dapConnection.js';

/** Command that starts an adapter that speaks DAP over its stdin and stdout. */
export interface AdapterCommand {
  command: string;
  args: readonly string[];
}

/** Longest time for each step of `close`, in milliseconds. The adapter ends its program first. */
const CLOSE_STEP_MS = 8_000;
/** Time in which an adapter that has closed its stdout may exit, in milliseconds. */
const EXIT_GRACE_MS = 2_000;

/** An adapter process that ends with this process. Owns the child process and its DAP connection. */
export class AdapterProcess {
  readonly connection: DapConnection;
  /** Resolves when the process has exited and all its output was read. Never rejects. */
  readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    observe?: MessageObserver,
  ) {
    this.connection = new DapConnection(child.stdout, child.stdin, observe);
    this.exited = this.watch();
  }

  /** Starts an adapter. A failure to start is reported by the connection, as any other end. */
  static start(adapter: AdapterCommand, observe?: MessageObserver): AdapterProcess {
    const child = spawn(adapter.command, adapter.args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A separate process group: Ctrl-C in the terminal is handled by this process, and must not end the
      // adapter.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    return new AdapterProcess(child, observe);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * Ends the adapter: closes stdin, which asks the adapter to end, then sends SIGTERM, then SIGKILL. Resolves
   * when the process has exited.
   */
  async close(): Promise<void> {
    this.child.stdin.end();
    if (await this.exitsWithin(CLOSE_STEP_MS)) return;
    this.child.kill('SIGTERM');
    if (await this.exitsWithin(CLOSE_STEP_MS)) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private watch(): Promise<void> {
    const { child, connection } = this;
    let grace: NodeJS.Timeout | undefined;
    child.stdout.once('end', () => {
      const stdoutClosed = new Error('The adapter closed its output, but goes on running');
      grace = setTimeout(() => connection.fail(stdoutClosed), EXIT_GRACE_MS);
    });
    return new Promise((resolve) => {
      const end = (error: Error): void => {
        clearTimeout(grace);
        connection.fail(error);
        resolve();
      };
      child.once('error', (error) => end(new Error(`The adapter could not be started: ${error.message}`)));
      child.once('close', (code, signal) =>
        end(new Error(`The adapter ended unexpectedly (${describeExit(code, signal)})`)),
      );
    });
  }

  private async exitsWithin(timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const exited = await Promise.race([this.exited.then(() => true), late]);
    clearTimeout(timer);
    return exited;
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${String(code)}` : `killed by ${signal}`;
}
