import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from './within.mjs';

const PEER = fileURLToPath(new URL('peer.mjs', import.meta.url));
const CONNECT_MS = 20_000;
const STOP_MS = 3_000;

/** Controls the other process: starts it, connects to it and ends it. */
export class PeerHandle {
  /** Called with each message of the connection that `open` made. Set by workloads. */
  receive = () => undefined;
  child = undefined;

  constructor(name, contender) {
    this.name = name;
    this.contender = contender;
  }

  /** Starts the peer as a launcher is started, with endpoint and environment, and connects. */
  async open() {
    const listener = await this.contender.listen((message) => this.receive(message));
    this.start(listener.args, listener.env);
    return within(listener.accept(this.child), CONNECT_MS, 'the peer connects');
  }

  /** Starts the peer. Without arguments it connects on request. */
  start(args = [], env = {}, nodeOptions = []) {
    this.child = spawn(process.execPath, [...nodeOptions, PEER, this.name, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.exited = once(this.child, 'exit');
    return this.child;
  }

  /** Starts the peer and waits until it accepts control messages. */
  async startIdle() {
    this.start(['--idle']);
    await this.answer('ready');
  }

  /** Opens a further connection to a running peer. */
  async connectAgain(receive) {
    const listener = await this.contender.listen(receive);
    this.tell({ control: 'connect', args: listener.args, env: listener.env });
    return within(listener.accept(), CONNECT_MS, 'the peer connects');
  }

  tell(message) {
    this.child.send(message);
  }

  /** Returns the next control message of this name. */
  async answer(name, timeoutMs = CONNECT_MS) {
    const abort = new AbortController();
    const wanted = new Promise((resolve) => {
      this.child.on('message', function take(message) {
        if (message.control !== name) return;
        this.removeListener('message', take);
        resolve(message);
      });
    });
    const gone = once(this.child, 'exit', { signal: abort.signal }).then(() => {
      throw new Error(`the peer ended instead of saying "${name}"`);
    });
    gone.catch(() => undefined);
    try {
      return await within(Promise.race([wanted, gone]), timeoutMs, `the peer says "${name}"`);
    } finally {
      abort.abort();
    }
  }

  async stop() {
    if (this.child === undefined) return;
    if (this.child.connected) this.child.disconnect();
    try {
      await within(this.exited, STOP_MS, 'the peer ends');
    } catch {
      this.child.kill('SIGKILL');
      await this.exited;
    }
  }
}
