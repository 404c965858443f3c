/** The codes of a send that was refused at once: such a message is never sent. */
const REFUSED = new Set(['ERR_IPC_BUFFER_FULL', 'ERR_IPC_FRAME_TOO_LARGE']);

/** What a chunk of many small messages may add to the inbox above its limit: bytes, and what each message counts. */
const INBOX_SLACK_BYTES = 4096 * 8;

/** More than the header of one frame in any framing. */
const MOST_HEADER_BYTES = 64;

/** One simulated process: a manager with its connection, and an application that sends, reads and checks. */
export class Side {
  isSuspended = false;
  hasBegun = false;
  isReading = false;
  isClosing = false;
  /** Of each message by number: its size, and if it was refused. */
  sent = [];
  /** The number of the message that has to come next. */
  expected = 0;
  received = 0;
  /** What has not settled: a name for each promise. */
  pending = new Map();
  /** The requests that this side has to answer. */
  toAnswer = [];
  /** Lets go of the message that a paced reader works on. */
  release;
  requests = [];
  info;

  constructor(world, name, { isListener, isAdapter }) {
    Object.assign(this, { world, name, isListener, isAdapter });
    const { product, plan, network } = world;
    this.paced = plan.habits.has('paced') && world.random.chance(0.5);
    this.connection = new product.Connection(network.transportOf(this), plan.config);
    this.manager = new product.Manager();
    this.client = isAdapter
      ? new product.RequestClient({
          sendMessage: (message) => this.send(message),
          closed: this.manager.closed,
        })
      : undefined;
    this.track('closed', this.manager.closed);
    this.manager.closed.then((info) => (this.info = info));
    this.track('connected', this.manager.connected);
  }

  /** Listens or connects. */
  begin() {
    this.hasBegun = true;
    this.track('begin', this.#begin());
  }

  startReading() {
    this.isReading = true;
    this.track('allRead', this.manager.allRead);
    this.manager.startReader((message) => this.#receive(message), {
      accept: this.isListener,
      paced: this.paced,
      onError: (error) => this.world.note(`${this.name} reports ${error.code}: ${error.message}`),
    });
  }

  get canSend() {
    return this.isReading && !this.isClosing && this.info === undefined;
  }

  get isOpen() {
    return this.connection.state === 'open';
  }

  /** Sends a message. @returns a promise that is looked after */
  send(message) {
    const number = this.sent.length;
    const pad = padOf(number, this.world.random.below(this.world.plan.mostPad + 1));
    const record = { size: pad.length, isRefused: false };
    this.sent.push(record);
    const sent = this.manager.sendMessage({ ...message, number, pad });
    this.track(
      `send ${number}`,
      sent.catch((error) => {
        record.isRefused = REFUSED.has(error.code);
        record.isFailed = true;
        throw error;
      }),
    );
    return sent;
  }

  /** Sends a request, whose answer has to be the one to it. */
  request(options) {
    const token = this.requests.length;
    const abort = new AbortController();
    this.requests.push(abort);
    const answered = this.client.request('ask', { token }, { ...options, signal: abort.signal });
    this.track(
      `request ${token}`,
      answered.then((body) => {
        if (body.token !== token) this.world.fail(`request ${token} got the answer to ${body.token}`);
      }),
    );
  }

  cancel(random) {
    random.pick(this.requests).abort();
  }

  answer() {
    const { id, token } = this.toAnswer.shift();
    this.ignore(this.send({ event: 'response', id, success: true, body: { token } }));
  }

  close() {
    this.isClosing = true;
    this.track('cleanup', this.manager.cleanup());
    // A manager whose connection has failed does not own it.
    this.track('close', this.connection.close());
  }

  destroy() {
    this.isClosing = true;
    this.connection.destroy();
  }

  /** Notes the outcome of a promise, which has to come. */
  track(name, promise) {
    this.pending.set(promise, name);
    promise.then(
      () => this.pending.delete(promise) && this.world.note(`${this.name} ${name}: done`),
      (error) => {
        this.pending.delete(promise);
        this.world.note(`${this.name} ${name}: ${error.code}`);
        if (!(error instanceof this.world.product.IpcError))
          this.world.fail(`${name} rejects with a foreign error`, error);
      },
    );
  }

  ignore(promise) {
    promise.catch(() => undefined);
  }

  /** What has to be true after each step. */
  check() {
    const { plan, fail } = this.world;
    const { maxBufferedBytes, maxFrameBytes, onFull } = plan.config;
    const inbox = this.connection.stream?.inbox?.bufferedBytes ?? 0;
    if (inbox > maxBufferedBytes + Math.min(maxFrameBytes, 4096) + INBOX_SLACK_BYTES)
      fail(`${this.name} has ${inbox} unread bytes`);
    const { bufferedBytes } = this.connection;
    if (bufferedBytes < 0) fail(`${this.name} has ${bufferedBytes} unwritten bytes`);
    if (onFull === 'error' && bufferedBytes > Math.max(maxBufferedBytes, maxFrameBytes) + MOST_HEADER_BYTES)
      fail(`${this.name} has ${bufferedBytes} unwritten bytes`);
    const kept = this.connection.stream?.socket?.store?.bytes ?? 0;
    // A store that is empty takes any one batch, which is as large as what may wait to be written, or one frame.
    const largestBatch = Math.max(maxBufferedBytes, maxFrameBytes) + MOST_HEADER_BYTES;
    if (kept > Math.max(plan.config.maxUnacknowledgedBytes, largestBatch))
      fail(`${this.name} keeps ${kept} bytes that are not acknowledged`);
  }

  async #begin() {
    try {
      if (this.isListener) await this.connection.startListening();
      else await this.connection.connect();
    } catch (error) {
      await this.connection.close();
      throw error;
    }
    await this.manager.attach(this.connection);
    if (!this.world.plan.habits.has('lateReader')) this.startReading();
  }

  #receive(message) {
    const { world } = this;
    const { sent } = this.peer;
    world.note(`${this.name} receives ${message.number}`);
    while (sent[this.expected]?.isRefused === true) this.expected += 1;
    if (message.number !== this.expected)
      world.fail(`${this.name} receives ${message.number}, expected ${this.expected}`);
    if (message.pad !== padOf(message.number, sent[message.number]?.size))
      world.fail(`${this.name} receives ${message.number} with changed content`);
    this.expected = message.number + 1;
    this.received += 1;
    if (this.client !== undefined) this.client.handler(message);
    else if (typeof message.id === 'number')
      this.toAnswer.push({ id: message.id, token: message.arguments.token });
    if (!this.paced || this.isClosing) return undefined;
    return new Promise((resolve) => (this.release = resolve));
  }
}

function padOf(number, size = 0) {
  return String.fromCharCode(97 + (number % 26)).repeat(size);
}
