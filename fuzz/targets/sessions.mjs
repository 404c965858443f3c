/* Sessions of the adapter over streams in memory, for the targets of its doors. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { NodeDebugSession } from '../../dist/adapter/serving/debugSession.js';

/** Messages between two questions to the second session. */
export const MESSAGES_PER_QUESTION = 1_000;
const ANSWER_MS = 30_000;

/** A session and its client, which asks and otherwise throws away what it receives. */
export class FuzzedSession {
  #toAdapter = new PassThrough();
  #fromAdapter = new PassThrough();
  #waiting = new Map();
  #rest = Buffer.alloc(0);
  #seq = 1_000_000;
  #session;
  /** The first fault: every fault is a finding. */
  fault;
  hasEnded = false;
  /** Takes each event and request. */
  onMessage;

  constructor() {
    const nothing = () => undefined;
    const error = ({ err }, text) => {
      if (text === 'a fault in the session') this.fault ??= err;
    };
    const logger = { debug: nothing, info: nothing, warn: nothing, error };
    this.#session = new NodeDebugSession({ logger, reportError: nothing });
    this.#session.start(this.#toAdapter, this.#fromAdapter);
    this.ended = this.#session.ended.then(() => (this.hasEnded = true));
    this.#fromAdapter.on('data', (chunk) => this.#receive(chunk));
  }

  /** True from the moment in which the session takes no more messages. */
  get isEnding() {
    return this.#session.ending !== undefined;
  }

  async end() {
    await this.#session.end('the fuzzer ends');
  }

  sendRaw(payload) {
    this.#toAdapter.write(`Content-Length: ${payload.length}\r\n\r\n`);
    this.#toAdapter.write(payload);
  }

  /** Sends a request. Resolves with its response, or with undefined at the end of the session. */
  ask(command, args) {
    const seq = (this.#seq += 1);
    this.sendRaw(Buffer.from(JSON.stringify({ seq, type: 'request', command, arguments: args })));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${command}`)), ANSWER_MS);
      const settle = (response) => {
        clearTimeout(timer);
        resolve(response);
      };
      this.#waiting.set(seq, settle);
      void this.ended.then(() => settle(undefined));
    });
  }

  check() {
    assert.equal(this.fault, undefined, this.fault?.stack);
    assert.equal({}.polluted, undefined, 'a prototype was changed');
  }

  #receive(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#rest.indexOf('\r\n\r\n'); end >= 0; end = this.#rest.indexOf('\r\n\r\n')) {
      const length = Number(/Content-Length: (\d+)/.exec(this.#rest.toString('latin1', 0, end))[1]);
      if (this.#rest.length < end + 4 + length) return;
      const message = JSON.parse(this.#rest.toString('utf8', end + 4, end + 4 + length));
      this.#rest = this.#rest.subarray(end + 4 + length);
      if (message.type !== 'response') {
        this.onMessage?.(message);
        continue;
      }
      this.#waiting.get(message.request_seq)?.(message);
      this.#waiting.delete(message.request_seq);
    }
  }
}

/** Starts the session that lives beside the attacked one. Returns a function that fails if it does not answer. */
export async function secondSession() {
  const session = new FuzzedSession();
  await session.ask('initialize', { adapterID: 'second' });
  return async () => {
    const answer = await session.ask('threads');
    assert.equal(answer?.command, 'threads', 'the second session does not answer');
    session.check();
  };
}
