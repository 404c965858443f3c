import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { within } from '../within.mjs';

const OURS = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));
/** The time for each answer and event, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Starts this package's adapter over stdio, one for each session. */
export function startOurs() {
  const start = () => spawn(process.execPath, [OURS, 'adapter'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [first, ...rest] = [start()];
  const waiting = [first];
  return {
    type: 'debug-adapter-ipc',
    open: () => {
      const child = waiting.pop() ?? start();
      if (child !== first) rest.push(child);
      return { input: child.stdout, output: child.stdin };
    },
    end: () => [first, ...rest].forEach((child) => child.kill('SIGKILL')),
  };
}

/** Starts js-debug's server. It opens a further connection for the session of each process. */
export async function startJsDebug(server) {
  const child = spawn(process.execPath, [server, '0', '127.0.0.1'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const listening = new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      const port = /:(\d+)\s*$/.exec(String(text))?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const port = await within(listening, PATIENCE_MS, 'js-debug listens');
  return {
    type: 'pwa-node',
    open: () => {
      const socket = connect(port, '127.0.0.1');
      return { input: socket, output: socket };
    },
    end: () => child.kill('SIGKILL'),
  };
}

/** A session with an adapter, and those that it asks for. Events of all of them are in one list. */
export class DebugSession {
  events = [];
  #adapter;
  #prepare;
  #waiting = new Set();

  /** @param prepare sends the requests that come before `configurationDone`, such as breakpoints */
  constructor(adapter, prepare = () => undefined) {
    this.#adapter = adapter;
    this.#prepare = prepare;
  }

  /** Launches a program. */
  launch(program, settings = {}) {
    const { type } = this.#adapter;
    this.#begin('launch', { type, name: 'compared', program, console: 'internalConsole', ...settings });
  }

  /** Attaches to a program that has an inspector at a port. */
  attach(port) {
    this.#begin('attach', { type: this.#adapter.type, name: 'compared', port });
  }

  /** Waits for an event. @returns its body, and the connection that it came from */
  async event(name, fits = () => true) {
    const find = () => this.events.find((one) => one.event === name && fits(one.body ?? {}));
    const found = new Promise((resolve) => {
      const look = () => {
        const event = find();
        if (event !== undefined) resolve(event);
        return event !== undefined;
      };
      if (!look()) this.#waiting.add(look);
    });
    return within(found, PATIENCE_MS, name);
  }

  #begin(request, configuration) {
    const { input, output } = this.#adapter.open();
    const connection = new Connection(input, output, (message) => this.#take(connection, message));
    void this.#serve(connection, request, configuration);
  }

  async #serve(connection, request, configuration) {
    const initialize = { adapterID: configuration.type, pathFormat: 'path', supportsANSIStyling: true };
    await connection.request('initialize', { ...initialize, supportsStartDebuggingRequest: true });
    await connection.request(request, configuration);
  }

  #take(connection, message) {
    if (message.type === 'request') {
      connection.answer(message);
      if (message.command === 'startDebugging')
        this.#begin(message.arguments.request, message.arguments.configuration);
      return;
    }
    if (message.event === 'initialized') void this.#configure(connection);
    this.events.push({ ...message, connection });
    for (const look of this.#waiting) if (look()) this.#waiting.delete(look);
  }

  async #configure(connection) {
    await this.#prepare(connection);
    await connection.request('configurationDone');
  }
}

/** One connection to an adapter. */
class Connection {
  #output;
  #rest = Buffer.alloc(0);
  #seq = 0;
  #answers = new Map();

  constructor(input, output, take) {
    this.#output = output;
    output.on('error', () => undefined);
    input.on('data', (chunk) => {
      this.#rest = Buffer.concat([this.#rest, chunk]);
      for (let text = this.#next(); text !== undefined; text = this.#next()) {
        const message = JSON.parse(text);
        if (message.type === 'response') this.#answers.get(message.request_seq)?.(message);
        else take(message);
      }
    });
  }

  request(command, args = {}) {
    const answer = new Promise((resolve) => this.#answers.set(this.#seq + 1, resolve));
    this.#send({ type: 'request', command, arguments: args });
    return within(answer, PATIENCE_MS, command);
  }

  answer({ seq, command }) {
    this.#send({ type: 'response', request_seq: seq, command, success: true });
  }

  #send(message) {
    this.#seq += 1;
    const json = JSON.stringify({ seq: this.#seq, ...message });
    this.#output.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  #next() {
    const head = this.#rest.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const length = Number(/Content-Length: (\d+)/i.exec(this.#rest.toString('latin1', 0, head))?.[1]);
    const start = head + 4;
    if (this.#rest.length < start + length) return undefined;
    const text = this.#rest.toString('utf8', start, start + length);
    this.#rest = this.#rest.subarray(start + length);
    return text;
  }
}
