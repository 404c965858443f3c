/**
 * The parts of a DAP client that measurements need: requests and events, over an adapter's stdin and stdout.
 */
export class DapClient {
  waiting = new Map();
  expected = new Map();
  rest = Buffer.alloc(0);
  seq = 0;
  /** Called with every event. */
  observe = () => undefined;

  constructor(child) {
    this.child = child;
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk) => this.receive(chunk));
    child.once('exit', () => this.fail(new Error('the adapter ended')));
  }

  request(name, args = {}) {
    const seq = (this.seq += 1);
    const json = JSON.stringify({ seq, type: 'request', command: name, arguments: args });
    this.child.stdin.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    return this.wait(this.waiting, seq).then((message) => {
      if (!message.success) throw new Error(`${name}: ${message.message}`);
      return message;
    });
  }

  /** Returns the next event of this name. */
  event(name) {
    return this.wait(this.expected, name);
  }

  wait(map, key) {
    return new Promise((resolve, reject) => map.set(key, { resolve, reject }));
  }

  fail(error) {
    for (const map of [this.waiting, this.expected]) {
      for (const { reject } of map.values()) reject(error);
      map.clear();
    }
  }

  receive(chunk) {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (let json = this.takeMessage(); json !== undefined; json = this.takeMessage()) {
      const message = JSON.parse(json);
      if (message.type === 'response') this.settle(this.waiting, message.request_seq, message);
      else this.takeEvent(message);
    }
  }

  takeMessage() {
    const head = this.rest.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const start = head + 4;
    const length = Number(/Content-Length: (\d+)/i.exec(this.rest.toString('latin1', 0, head))[1]);
    if (this.rest.length < start + length) return undefined;
    const json = this.rest.toString('utf8', start, start + length);
    this.rest = this.rest.subarray(start + length);
    return json;
  }

  takeEvent(event) {
    this.observe(event);
    this.settle(this.expected, event.event, event);
  }

  settle(map, key, message) {
    map.get(key)?.resolve(message);
    map.delete(key);
  }
}
