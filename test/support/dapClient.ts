import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';

type DapMessage = DebugProtocol.Request | DebugProtocol.Response | DebugProtocol.Event;
/** A body of which the caller says no more. */
type AnyBody = Record<string, unknown>;

interface TranscriptEntry {
  readonly direction: 'sent' | 'received';
  readonly message: DapMessage;
}

interface Wait {
  readonly tryNow: () => boolean;
  readonly fail: (error: Error) => void;
}

/** Shorter than a test's own time-out, so that a failure names what did not come. */
const WAIT_MS = 10_000;
const ENTRY = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));

/** A request that the adapter answered with `success: false`. */
export class RefusedRequest extends Error {
  constructor(readonly response: DebugProtocol.Response) {
    super(`${response.command} was refused: ${response.message ?? ''}`);
  }
}

/** A DAP client over any pair of streams. Every wait ends: by what it waits for, its deadline or the stream's end. */
export class DapClient {
  readonly transcript: TranscriptEntry[] = [];
  /** Settles when the adapter has closed its side. */
  readonly closed: Promise<void>;

  private readonly waits = new Set<Wait>();
  private readonly services = new Map<string, (args: unknown) => object>();
  private readonly consumed = new Set<DapMessage>();
  private seq = 0;
  private rest: Buffer = Buffer.alloc(0);
  private gone: string | undefined;

  constructor(
    readonly toAdapter: Writable,
    readonly fromAdapter: Readable,
    private readonly diagnose: () => string = () => '',
  ) {
    fromAdapter.on('data', (chunk: Buffer) => this.take(chunk));
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

  get events(): DebugProtocol.Event[] {
    return this.received().filter((message) => message.type === 'event') as DebugProtocol.Event[];
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

  /** The response's body, which the caller knows the shape of. @throws RefusedRequest */
  async request<Body = AnyBody>(command: string, args?: object, timeoutMs = WAIT_MS): Promise<Body> {
    const response = await this.ask(command, args, timeoutMs);
    if (!response.success) throw new RefusedRequest(response);
    return response.body as Body;
  }

  /** The response as it is, refusals too. */
  ask(command: string, args?: object, timeoutMs = WAIT_MS): Promise<DebugProtocol.Response> {
    return this.responseTo(this.send(command, args), timeoutMs);
  }

  /** The response to the request of that seq. */
  responseTo(seq: number, timeoutMs = WAIT_MS): Promise<DebugProtocol.Response> {
    const find = () => this.responses.find(({ request_seq }) => request_seq === seq);
    return this.wait(`the response to request ${seq}`, find, timeoutMs);
  }

  /** Sends a request and waits for nothing. @returns its seq */
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

  /** The next event of that name that no wait has had yet, come or to come; its body. */
  async waitForEvent<Body = AnyBody>(
    name: string,
    fits: (body: Body) => boolean = () => true,
    timeoutMs = WAIT_MS,
  ): Promise<Body> {
    const event = await this.wait(
      `the event ${name}`,
      () =>
        this.events.find((one) => one.event === name && !this.consumed.has(one) && fits(one.body as Body)),
      timeoutMs,
    );
    this.consumed.add(event);
    return event.body as Body;
  }

  /** Does a request of the adapter's: what `service` returns is the response's body, what it throws a refusal. */
  onRequest(command: string, service: (args: unknown) => object): void {
    this.services.set(command, service);
  }

  /**
   * initialize, launch, breakpoints, configurationDone: until the program may run.
   *
   * @param initialize more arguments for that
   * @param request `launch`, or `attach`
   */
  async start(
    launch: object,
    breakpoints: Record<string, number[]> = {},
    { request = 'launch', initialize = {} }: { request?: string; initialize?: object } = {},
  ): Promise<void> {
    await this.request('initialize', { adapterID: 'test', pathFormat: 'path', ...initialize });
    const launched = this.request(request, launch);
    await Promise.race([
      this.waitForEvent('initialized'),
      launched.then(() => this.waitForEvent('initialized')),
    ]);
    for (const [path, lines] of Object.entries(breakpoints)) {
      const wanted = lines.map((line) => ({ line }));
      await this.request('setBreakpoints', { source: { path }, breakpoints: wanted });
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
      const timer = setTimeout(
        () => wait.fail(new Error(this.explain(what, `within ${timeoutMs} ms`))),
        timeoutMs,
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.waits.delete(wait);
      };
      this.waits.add(wait);
      if (!wait.tryNow() && this.gone !== undefined) wait.fail(new Error(this.explain(what, this.gone)));
    });
  }

  private explain(what: string, why: string): string {
    const last = this.transcript
      .slice(-6)
      .map(({ direction, message }) => `${direction} ${JSON.stringify(message)}`);
    return `${what} did not come: ${why}\n${last.join('\n').slice(0, 3000)}\n${this.diagnose()}`;
  }

  private end(reason: string): void {
    this.gone = reason;
    for (const wait of [...this.waits]) wait.fail(new Error(this.explain('what was awaited', reason)));
  }

  private take(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (let message = this.next(); message !== undefined; message = this.next()) {
      this.transcript.push({ direction: 'received', message });
      if (message.type === 'request') this.serve(message as DebugProtocol.Request);
      for (const wait of [...this.waits]) wait.tryNow();
    }
  }

  /** What no service was registered for stays without an answer. */
  private serve({ seq, command, arguments: args }: DebugProtocol.Request): void {
    const service = this.services.get(command);
    if (service === undefined) return;
    this.seq += 1;
    const response = { seq: this.seq, type: 'response', request_seq: seq, command };
    try {
      this.sendRaw(frame(JSON.stringify({ ...response, success: true, body: service(args) })));
    } catch (error) {
      this.sendRaw(frame(JSON.stringify({ ...response, success: false, message: (error as Error).message })));
    }
  }

  private next(): DapMessage | undefined {
    const headerEnd = this.rest.indexOf('\r\n\r\n');
    if (headerEnd === -1) return undefined;
    const length = Number(/Content-Length: (\d+)/.exec(this.rest.toString('latin1', 0, headerEnd))?.[1]);
    const end = headerEnd + 4 + length;
    if (this.rest.length < end) return undefined;
    const message = JSON.parse(this.rest.toString('utf8', headerEnd + 4, end)) as DapMessage;
    this.rest = this.rest.subarray(end);
    return message;
  }
}

/** A message as DAP puts it on the wire. */
export function frame(json: string): string {
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

export interface AdapterProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stderr(): string;
}

/** Starts the package's own adapter program. */
export function spawnAdapter(args: readonly string[] = []): AdapterProcess & { child: ChildProcess } {
  const child = spawn(process.execPath, [ENTRY, 'adapter', ...args], { stdio: 'pipe' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, exited, stderr: () => stderr };
}

/** A client of an adapter process over its stdin and stdout. */
export function startStdioClient(): AdapterProcess & { client: DapClient } {
  const adapter = spawnAdapter();
  const { stdin, stdout } = adapter.child as { stdin: Writable; stdout: Readable };
  return { ...adapter, client: new DapClient(stdin, stdout, () => `Its stderr: ${adapter.stderr()}`) };
}

/** An adapter process that serves over TCP, and the port that it announced. */
export async function startServerProcess(): Promise<AdapterProcess & { port: number }> {
  const adapter = spawnAdapter(['--server=0']);
  const { stdout } = adapter.child as { stdout: Readable };
  const [line] = (await Promise.race([
    once(stdout, 'data'),
    adapter.exited.then(() => Promise.reject(new Error(`no server: ${adapter.stderr()}`))),
  ])) as [Buffer];
  const port = Number(/Listening on 127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1]);
  return { ...adapter, port };
}
