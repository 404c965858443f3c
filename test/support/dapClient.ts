import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { SLOWNESS } from './slowness.js';

type DapMessage = DebugProtocol.Request | DebugProtocol.Response | DebugProtocol.Event;
/** A body whose shape the caller does not give. */
type AnyBody = Record<string, unknown>;

interface TranscriptEntry {
  readonly direction: 'sent' | 'received';
  readonly message: DapMessage;
}

interface Wait {
  readonly tryNow: () => boolean;
  readonly fail: (error: Error) => void;
}

/** Deadline of a wait: shorter than the test's own, so that the failure names what did not arrive. */
const WAIT_MS = 20_000 * SLOWNESS;
const ENTRY = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));

/** A request that the adapter answered with `success: false`. */
export class RefusedRequest extends Error {
  constructor(readonly response: DebugProtocol.Response) {
    super(`${response.command} was refused: ${response.message ?? ''}`);
  }
}

/** A DAP client over a pair of streams. Every wait ends: by its message, its deadline or the end of the stream. */
export class DapClient {
  readonly transcript: TranscriptEntry[] = [];
  /** Settles when the adapter has closed its side. */
  readonly closed: Promise<void>;

  private readonly waits = new Set<Wait>();
  private readonly handlers = new Map<string, (args: unknown) => object>();
  private readonly consumed = new Set<DapMessage>();
  private seq = 0;
  private unparsed: Buffer = Buffer.alloc(0);
  /** Chunks of a message that is not whole. A long message is put together once. */
  private chunks: Buffer[] = [];
  private missingBytes = 0;
  private closedReason: string | undefined;

  constructor(
    readonly toAdapter: Writable,
    readonly fromAdapter: Readable,
    private readonly diagnose: () => string = () => '',
  ) {
    fromAdapter.on('data', (chunk: Buffer) => this.receive(chunk));
    toAdapter.on('error', () => undefined);
    fromAdapter.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      fromAdapter.once('close', () => {
        this.end(`the adapter has gone. ${this.diagnose()}`);
        resolve();
      });
    });
  }

  static async connect(port: number): Promise<DapClient> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new DapClient(socket, socket);
  }

  /** The events, without the lines of {@link DapClient.aroundProgram}, which every session has. */
  get events(): DebugProtocol.Event[] {
    return this.received()
      .filter(isEvent)
      .filter((event) => !isAroundProgram(event));
  }

  /** The lines that the debug console has before and after the program's own: its command line and its exit code. */
  get aroundProgram(): string[] {
    const lines = this.received().filter(isEvent).filter(isAroundProgram);
    return lines.map(({ body }) => (body as DebugProtocol.OutputEvent['body']).output);
  }

  get responses(): DebugProtocol.Response[] {
    return this.received().filter((message) => message.type === 'response') as DebugProtocol.Response[];
  }

  /** All program output of a category, in order. */
  output(category: string): string {
    return this.events
      .filter(({ event }) => event === 'output')
      .map(({ body }) => body as DebugProtocol.OutputEvent['body'])
      .filter((body) => body.category === category)
      .map((body) => body.output)
      .join('');
  }

  /** Sends a request and waits for its response. @returns the body @throws RefusedRequest */
  async request<Body = AnyBody>(command: string, args?: object, timeoutMs = WAIT_MS): Promise<Body> {
    const response = await this.ask(command, args, timeoutMs);
    if (!response.success) throw new RefusedRequest(response);
    return response.body as Body;
  }

  /** Sends a request and waits for its response, which may be a refusal. */
  ask(command: string, args?: object, timeoutMs = WAIT_MS): Promise<DebugProtocol.Response> {
    return this.responseTo(this.send(command, args), timeoutMs);
  }

  /** Waits for the response to the request with this `seq`. */
  responseTo(seq: number, timeoutMs = WAIT_MS): Promise<DebugProtocol.Response> {
    const find = () => this.responses.find(({ request_seq }) => request_seq === seq);
    return this.wait(`the response to request ${seq}`, find, timeoutMs);
  }

  /** Sends a request without waiting for its response. @returns its `seq` */
  send(command: string, args?: object): number {
    this.seq += 1;
    const message = { seq: this.seq, type: 'request', command, ...(args && { arguments: args }) };
    this.transcript.push({ direction: 'sent', message });
    this.sendRaw(frame(JSON.stringify(message)));
    return this.seq;
  }

  sendRaw(bytes: string | Buffer): void {
    this.toAdapter.write(bytes);
  }

  /**
   * Waits for an event, which may have arrived already. Each event ends one wait.
   *
   * @param matches selects among the events of this name
   * @returns the body
   */
  async waitForEvent<Body = AnyBody>(
    name: string,
    matches: (body: Body) => boolean = () => true,
    timeoutMs = WAIT_MS,
  ): Promise<Body> {
    const event = await this.wait(
      `the event ${name}`,
      () =>
        this.events.find((one) => one.event === name && !this.consumed.has(one) && matches(one.body as Body)),
      timeoutMs,
    );
    this.consumed.add(event);
    return event.body as Body;
  }

  /** Handles a reverse request: `handler` returns the body of the response, or throws the refusal. */
  onRequest(command: string, handler: (args: unknown) => object): void {
    this.handlers.set(command, handler);
  }

  /**
   * Starts a session: initialize, launch, breakpoints, configurationDone.
   *
   * @param breakpoints lines by file
   * @param initialize more arguments of `initialize`
   * @param request `launch` or `attach`
   */
  async start(
    launch: object,
    breakpoints: Record<string, number[]> = {},
    { request = 'launch', initialize = {} }: { request?: string; initialize?: object } = {},
  ): Promise<void> {
    await this.request('initialize', {
      adapterID: 'test',
      pathFormat: 'path',
      supportsConnectionEvent: true,
      ...initialize,
    });
    const launched = this.request(request, launch);
    await Promise.race([
      this.waitForEvent('initialized'),
      launched.then(() => this.waitForEvent('initialized')),
    ]);
    for (const [path, lines] of Object.entries(breakpoints)) {
      const positions = lines.map((line) => ({ line }));
      await this.request('setBreakpoints', { source: { path }, breakpoints: positions });
    }
    await this.request('configurationDone');
    await launched;
  }

  private received(): DapMessage[] {
    return this.transcript.filter(({ direction }) => direction === 'received').map(({ message }) => message);
  }

  private wait<T>(what: string, find: () => T | undefined, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait: Wait = {
        tryNow: () => {
          const found = find();
          if (found === undefined) return false;
          settle();
          resolve(found);
          return true;
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      // The deadline of the wait.
      const timer = setTimeout(
        () => wait.fail(new Error(this.explain(what, `within ${timeoutMs} ms`))),
        timeoutMs,
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.waits.delete(wait);
      };
      this.waits.add(wait);
      if (!wait.tryNow() && this.closedReason !== undefined)
        wait.fail(new Error(this.explain(what, this.closedReason)));
    });
  }

  private explain(what: string, why: string): string {
    const last = this.transcript
      .slice(-6)
      .map(({ direction, message }) => `${direction} ${JSON.stringify(message)}`);
    return `${what} did not come: ${why}\n${last.join('\n').slice(0, 3000)}\n${this.diagnose()}`;
  }

  private end(reason: string): void {
    this.closedReason = reason;
    for (const wait of [...this.waits]) wait.fail(new Error(this.explain('what was awaited', reason)));
  }

  private receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.missingBytes -= chunk.length;
    if (this.missingBytes > 0) return;
    this.unparsed = Buffer.concat([this.unparsed, ...this.chunks]);
    this.chunks = [];
    for (let message = this.next(); message !== undefined; message = this.next()) {
      this.transcript.push({ direction: 'received', message });
      if (message.type === 'request') this.handleRequest(message as DebugProtocol.Request);
      for (const wait of [...this.waits]) wait.tryNow();
    }
  }

  /** Answers a reverse request, if there is a handler for it. */
  private handleRequest({ seq, command, arguments: args }: DebugProtocol.Request): void {
    const handler = this.handlers.get(command);
    if (handler === undefined) return;
    this.seq += 1;
    const response = { seq: this.seq, type: 'response', request_seq: seq, command };
    try {
      this.sendRaw(frame(JSON.stringify({ ...response, success: true, body: handler(args) })));
    } catch (error) {
      this.sendRaw(frame(JSON.stringify({ ...response, success: false, message: (error as Error).message })));
    }
  }

  private next(): DapMessage | undefined {
    const headerEnd = this.unparsed.indexOf('\r\n\r\n');
    if (headerEnd === -1) return undefined;
    const length = Number(/Content-Length: (\d+)/.exec(this.unparsed.toString('latin1', 0, headerEnd))?.[1]);
    const end = headerEnd + 4 + length;
    this.missingBytes = Math.max(end - this.unparsed.length, 0);
    if (this.missingBytes > 0) return undefined;
    const message = JSON.parse(this.unparsed.toString('utf8', headerEnd + 4, end)) as DapMessage;
    this.unparsed = this.unparsed.subarray(end);
    return message;
  }
}

/** Encodes a message as DAP does: a header with the length, then the JSON text. */
export function frame(json: string): string {
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

export interface AdapterProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stderr(): string;
}

/** Starts the adapter of the package. */
export function spawnAdapter(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): AdapterProcess & { child: ChildProcess } {
  const child = spawn(process.execPath, [ENTRY, 'adapter', ...args], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, exited, stderr: () => stderr };
}

/** Starts an adapter, and a client over its stdin and stdout. @param env additions to its environment */
export function startStdioClient(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): AdapterProcess & { client: DapClient } {
  const adapter = spawnAdapter(args, env);
  const { stdin, stdout } = adapter.child as { stdin: Writable; stdout: Readable };
  return { ...adapter, client: new DapClient(stdin, stdout, () => `Its stderr: ${adapter.stderr()}`) };
}

/** The arguments of a server on a port, also on systems that do not say who connects. */
export const PORT_ARGUMENTS = [
  '--server=0',
  ...(process.platform === 'linux' ? [] : ['--server-allow-other-users']),
];

/** Starts an adapter that serves. `address` is what it announced, and `port` the port of that. */
export async function startServerProcess(
  args: readonly string[] = PORT_ARGUMENTS,
): Promise<AdapterProcess & { address: string; port: number }> {
  const adapter = spawnAdapter(args);
  const { stdout } = adapter.child as { stdout: Readable };
  const [line] = (await Promise.race([
    once(stdout, 'data'),
    adapter.exited.then(() => Promise.reject(new Error(`no server: ${adapter.stderr()}`))),
  ])) as [Buffer];
  const address = /^Listening on (.*)\n/.exec(line.toString())?.[1] ?? '';
  return { ...adapter, address, port: Number(address.slice(address.indexOf(':') + 1)) };
}

function isEvent(message: DapMessage): message is DebugProtocol.Event {
  return message.type === 'event';
}

function isAroundProgram({ event, body }: DebugProtocol.Event): boolean {
  if (event !== 'output') return false;
  const { category, output } = body as DebugProtocol.OutputEvent['body'];
  const isCommand = output.startsWith(`${process.execPath} `) || output.startsWith(`"${process.execPath}" `);
  return category === 'console' && (isCommand || output.startsWith('Process exited with code '));
}
