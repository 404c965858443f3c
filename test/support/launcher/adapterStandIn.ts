import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  IPCManager,
  isResponse,
  readLauncherMessage,
  RequestTracker,
  watchProcess,
} from '../../../src/ipc/index.js';
import type { EventEnvelope, Message, ResponseEnvelope, TransportConfig } from '../../../src/ipc/index.js';
import { SLOWNESS } from '../slowness.js';
import { within } from '../within.js';

/** The built launcher, because the program must run in a real process. `npm test` builds it first. */
export const LAUNCHER = fileURLToPath(new URL('../../../dist/launcher/main.cjs', import.meta.url));

/** The package's command, which starts the same launcher. */
export const COMMAND = fileURLToPath(new URL('../../../dist/bin.cjs', import.meta.url));

/** Shorter than the test timeout, so that the error names what failed. In milliseconds. */
const WAIT_MS = 8_000;

/** The exit and the output of a process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StandInOptions {
  /** Arguments such as `--program P`. The `--ipc` arguments are put before them. */
  readonly args: readonly string[];
  readonly config?: TransportConfig;
  /** The executable that runs the launcher. Default: this Node.js. */
  readonly command?: string;
  /** The script, and the arguments before the `--ipc` arguments. Default: {@link LAUNCHER}. */
  readonly launcher?: readonly string[];
  /** Options of node, before the launcher's script. */
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** True to start the launcher before it knows what to run, in another directory and environment. */
  readonly isWarm?: boolean;
  /** True to make the launcher lead a process group, as the real adapter does. */
  readonly detached?: boolean;
}

/** Collects the output of a process, and waits for its end. */
export class ProcessRecord {
  readonly ended: Promise<Ended>;
  private stdout = '';
  private stderr = '';

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Resolves when stdout contains the text. */
  async printed(text: string): Promise<void> {
    await until(`stdout says ${JSON.stringify(text)}`, (done) => {
      const look = (): void => {
        if (this.stdout.includes(text)) done();
      };
      this.child.stdout?.on('data', look);
      look();
    });
  }

  /** Returns the end of the process. Rejects after the deadline. */
  async end(): Promise<Ended> {
    const what = (): string => `the process ends: stdout ${this.stdout}, stderr ${this.stderr}`;
    return await within(this.ended, what, WAIT_MS);
  }
}

/**
 * The adapter's side of a session with a real launcher: sends commands, and receives responses and events.
 */
export class AdapterStandIn implements AsyncDisposable {
  readonly events: EventEnvelope[] = [];
  readonly messages: Message[] = [];
  private readonly requests = new RequestTracker<ResponseEnvelope>();
  private readonly listeners = new Set<() => void>();
  private nextEvent = 0;

  private constructor(
    readonly manager: IPCManager,
    readonly process: ProcessRecord,
  ) {}

  static async launch(options: StandInOptions): Promise<AdapterStandIn> {
    const manager = new IPCManager();
    const ipcArgs = await manager.createListener(options.config);
    const start = {
      command: options.command ?? process.execPath,
      before: [...(options.execArgv ?? []), ...(options.launcher ?? [LAUNCHER])],
      argv: [...ipcArgs, ...options.args],
      env: { ...(options.env ?? process.env), ...manager.launcherEnv },
      cwd: options.cwd ?? process.cwd(),
      detached: options.detached ?? false,
    };
    const child = options.isWarm === true ? startWarm(start) : startCold(start);
    const standIn = new AdapterStandIn(manager, new ProcessRecord(child));
    manager.startReader((message) => standIn.receive(message), {
      accept: true,
      timeoutMs: WAIT_MS * SLOWNESS,
      launcher: watchProcess(child),
    });
    return standIn;
  }

  /** Launches, and waits until the launcher is initialized. */
  static async initialized(options: StandInOptions): Promise<AdapterStandIn> {
    const standIn = await AdapterStandIn.launch(options);
    await standIn.manager.connected;
    await standIn.request('initialize');
    await standIn.event('initialized');
    return standIn;
  }

  /** Sends a command and returns its response. */
  async request(command: string, args: object = {}): Promise<ResponseEnvelope> {
    return await (
      await this.sendRequest(command, args)
    ).response;
  }

  /**
   * Sends a command.
   *
   * @returns its id, and a promise of its response
   */
  async sendRequest(
    command: string,
    args: object = {},
  ): Promise<{ id: number; response: Promise<ResponseEnvelope> }> {
    const { id, result } = this.requests.begin({ what: command, timeoutMs: WAIT_MS * SLOWNESS });
    await this.manager.sendMessage({ command, arguments: args, id });
    return { id, response: result };
  }

  /** Sends a command and returns the body of its response. Rejects if the command fails. */
  async ask<Body = Record<string, never>>(command: string, args: object = {}): Promise<Body> {
    const response = await this.request(command, args);
    if (!response.success) throw new Error(`${command} failed: ${response.message}`);
    return (response.body ?? {}) as Body;
  }

  /**
   * Returns the next event of this name that no earlier call returned. Skips events of other names before it.
   */
  async event<Body = Record<string, unknown>>(name: string): Promise<Body> {
    let found: EventEnvelope | undefined;
    await until(`the event ${name}`, (done) => {
      const look = (): void => {
        const at = this.events.findIndex((event, index) => index >= this.nextEvent && event.event === name);
        if (at < 0 || found !== undefined) return;
        this.nextEvent = at + 1;
        found = this.events[at];
        this.listeners.delete(look);
        done();
      };
      this.listeners.add(look);
      look();
    });
    return found?.body as Body;
  }

  /** Runs the program with these breakpoints until it stops. */
  async runTo(path: string, ...lines: number[]): Promise<StoppedBody> {
    await this.ask('setBreakpoints', { source: { path }, breakpoints: lines.map((line) => ({ line })) });
    await this.ask('configurationDone');
    return await this.event<StoppedBody>('stopped');
  }

  async topFrame(): Promise<Frame> {
    const { stackFrames } = await this.ask<{ stackFrames: Frame[] }>('stackTrace', { threadId: 1 });
    if (stackFrames[0] === undefined) throw new Error('the stack is empty');
    return stackFrames[0];
  }

  /** Returns the variables of the innermost scope of the top frame, by name. */
  async locals(): Promise<Map<string, VariableBody>> {
    const { id } = await this.topFrame();
    const { scopes } = await this.ask<{ scopes: { variablesReference: number }[] }>('scopes', {
      frameId: id,
    });
    return await this.variables(scopes[0]?.variablesReference ?? 0);
  }

  async variables(variablesReference: number, range: object = {}): Promise<Map<string, VariableBody>> {
    const args = { variablesReference, ...range };
    const { variables } = await this.ask<{ variables: VariableBody[] }>('variables', args);
    return new Map(variables.map((variable) => [variable.name, variable]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this.process;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await this.manager.cleanup();
    await this.process.ended;
  }

  private receive(message: Message): void {
    this.messages.push(message);
    const envelope = readLauncherMessage(message);
    if (isResponse(envelope)) {
      this.requests.settle(envelope.id, envelope);
      return;
    }
    this.events.push(envelope);
    for (const listener of [...this.listeners]) listener();
  }
}

interface LauncherStart {
  readonly command: string;
  /** Options of node, and the script. */
  readonly before: readonly string[];
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly detached: boolean;
}

function startCold({ command, before, argv, ...options }: LauncherStart): ChildProcess {
  return spawn(command, [...before, ...argv], { ...options, stdio: 'pipe' });
}

function startWarm({ command, before, argv, env, cwd, detached }: LauncherStart): ChildProcess {
  const child = spawn(command, [...before, '--warm'], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...env, OF_THE_WARM_LAUNCHER: 'only', DEBUG_ADAPTER_IPC_KEY_FILE: 'that of another launch' },
    cwd: tmpdir(),
    detached,
  });
  (child.stdio[3] as Writable).end(`${JSON.stringify({ argv, env, cwd })}\n`);
  return child;
}

export interface StoppedBody {
  readonly reason: string;
  readonly hitBreakpointIds?: number[];
}

export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source: { readonly name: string; readonly path: string; readonly presentationHint?: string };
}

export interface VariableBody {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  readonly variablesReference: number;
  readonly evaluateName?: string;
  readonly indexedVariables?: number;
}

/** Resolves when `begin` calls its callback. Rejects after the deadline. */
async function until(what: string, begin: (done: () => void) => void): Promise<void> {
  await within(new Promise<void>((resolve) => begin(resolve)), what, WAIT_MS);
}
