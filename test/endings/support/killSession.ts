import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { startStdioClient } from '../../support/dapClient.js';
import type { DapClient } from '../../support/dapClient.js';
import { isRunning, lineOf, program } from '../../support/programs.js';
import { eventually } from '../../support/within.js';

const TREE = program('growsTree.cjs');
/** Deadline for reaching a step, in milliseconds. */
const STEP_MS = 20_000;
/** Time between two looks at the processes, in milliseconds. */
const LOOK_MS = 10;
const TAG_VARIABLE = 'KILL_MATRIX_TAG';

/** A session whose program starts processes of every kind, for the tests that kill a part of it. */
export class KillSession {
  readonly client: DapClient;
  /** The requests without a response, by `seq`, with their commands. */
  readonly unanswered = new Map<number, string>();
  private readonly tag = randomUUID();
  /** Its launcher starts before the launch, and so has the environment of the adapter in the list of processes. */
  private readonly adapter = startStdioClient([], { [TAG_VARIABLE]: this.tag });
  private threadId = 1;
  private frameId = 0;

  constructor() {
    this.client = this.adapter.client;
    onTestFinished(async () => {
      this.adapter.child.kill('SIGKILL');
      await this.adapter.exited;
      for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
    });
  }

  get adapterRuns(): boolean {
    return this.adapter.child.exitCode === null && this.adapter.child.signalCode === null;
  }

  killAdapter(signal: NodeJS.Signals): void {
    this.adapter.child.kill(signal);
  }

  /** Signals the process that becomes the program. Waits for it if it was not started yet. */
  async killProgram(signal: NodeJS.Signals): Promise<void> {
    const isLauncher = (pid: number): boolean => this.commandOf(pid).includes('launcher/main.cjs');
    await eventually(() => this.processes().some(isLauncher), 'the launcher', STEP_MS, LOOK_MS);
    const pid = this.processes().find(isLauncher);
    if (pid !== undefined) process.kill(pid, signal);
  }

  /** Sends a request and counts it as unanswered until its response, or the adapter's end. */
  ask(command: string, args: object = {}): Promise<DebugProtocol.Response | undefined> {
    const seq = this.client.send(command, args);
    this.unanswered.set(seq, command);
    return this.client
      .responseTo(seq, STEP_MS)
      .catch(() => undefined)
      .finally(() => this.unanswered.delete(seq));
  }

  /** Sends `launch`. Resolves when the adapter listens for the launcher. */
  async launch(work: string): Promise<void> {
    await this.ask('initialize', { adapterID: 'test', pathFormat: 'path', supportsConnectionEvent: true });
    void this.ask('launch', { program: TREE, args: [work] });
    await this.event('debug-adapter-ipc/connection');
  }

  /** Resolves when the launcher's process exists: it connects next. */
  async launcherStarted(): Promise<void> {
    await eventually(() => this.processes().length > 0, 'the launcher', STEP_MS, LOOK_MS);
  }

  async initialized(): Promise<void> {
    await this.event('initialized');
  }

  /** Lets the program run, and resolves when it has started its processes and works. */
  async running(breakpoint?: string): Promise<void> {
    await this.initialized();
    if (breakpoint !== undefined) {
      const breakpoints = [{ line: lineOf(TREE, breakpoint) }];
      await this.ask('setBreakpoints', { source: { path: TREE }, breakpoints });
    }
    await this.ask('configurationDone');
    await this.printed('pids');
  }

  /** Resolves when the program is stopped at its breakpoint. */
  async stopped(): Promise<void> {
    const { threadId } = await this.client.waitForEvent<{ threadId: number }>('stopped', undefined, STEP_MS);
    this.threadId = threadId;
    const response = await this.ask('stackTrace', { threadId, levels: 1 });
    const { stackFrames } = response?.body as DebugProtocol.StackTraceResponse['body'];
    this.frameId = stackFrames[0]?.id ?? 0;
  }

  /** Evaluates an expression in the frame of the stop, without waiting for its value. */
  evaluate(expression: string): void {
    void this.ask('evaluate', { expression, frameId: this.frameId, context: 'repl' });
  }

  step(): void {
    void this.ask('next', { threadId: this.threadId });
  }

  async printed(text: string): Promise<void> {
    await this.event('output', () => this.client.output('stdout').includes(text));
  }

  /** Disconnects when the adapter reports the end, as editors do. */
  disconnectAtEnd(): void {
    this.event('terminated').then(
      () => this.ask('disconnect'),
      () => undefined,
    );
  }

  /** The processes of the program that run: those with the tag, and those that the program has named. */
  processes(): number[] {
    const named = /pids (.*)\n/.exec(this.client.output('stdout'))?.[1]?.split(' ').map(Number) ?? [];
    const tagged = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && this.hasTag(name));
    return [...new Set([...named, ...tagged.map(Number)])].filter(isRunning);
  }

  commandOf(pid: number): string {
    return textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  }

  private hasTag(pid: string): boolean {
    const isOther = Number(pid) !== this.adapter.child.pid;
    return isOther && textOf(`/proc/${pid}/environ`).includes(`${TAG_VARIABLE}=${this.tag}`);
  }

  private async event(name: string, matches?: () => boolean): Promise<void> {
    await this.client.waitForEvent(name, matches, STEP_MS);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // The process has ended.
  }
}
