/*
 * npm run soak [-- --minutes N]    a session under load over a connection that breaks all the time
 *
 * Two processes send each other numbered messages at full speed, through a proxy that cuts, stalls and half-closes at
 * random. Prints what was lost, doubled or out of order, which has to be 0; the exit code is 1 if it is not.
 */
import { fork } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { IPCManager } from '../dist/lib/index.js';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, peer: { type: 'string' } },
});
const HEARTBEAT = { silentAfterMs: 500, lostAfterMs: 1_000 };
const LONGEST_CALM_MS = 1_500;
/** How long no message may arrive before that counts as a failure. */
const STUCK_MS = 60_000;
const FILLER = 'x'.repeat(200);

/** Sends numbered messages until it is stopped, and checks those that come. */
class Side {
  next = 0;
  expected = 0;
  lost = 0;
  doubled = 0;
  isOver = false;

  constructor(manager) {
    this.manager = manager;
  }

  receive = ({ event, number }) => {
    if (event === 'last') this.peerSent = number;
    else if (number === this.expected) this.expected += 1;
    else if (number < this.expected) this.doubled += 1;
    else {
      this.lost += number - this.expected;
      this.expected = number + 1;
    }
  };

  async send() {
    while (!this.isOver) {
      const sends = [];
      for (let at = 0; at < 100; at += 1) {
        sends.push(this.manager.sendMessage({ event: 'numbered', number: this.next, filler: FILLER }));
        this.next += 1;
      }
      await Promise.all(sends);
      // The other end's messages are read in between.
      await new Promise(setImmediate);
    }
    await this.manager.sendMessage({ event: 'last', number: this.next });
  }

  get result() {
    const missing = this.peerSent === undefined ? 'no end' : this.peerSent - this.expected;
    const { resumes, replayedBytes } = this.manager.health;
    return {
      received: this.expected,
      lost: this.lost,
      doubled: this.doubled,
      missing,
      resumes,
      replayedBytes,
    };
  }
}

async function peer(port) {
  const key = Buffer.from(process.env.SOAK_KEY, 'hex');
  const manager = new IPCManager();
  const expectedEndpoint = process.env.SOAK_ENDPOINT;
  const config = { transport: 'tcp', port, key, expectedEndpoint, resume: true, heartbeat: HEARTBEAT };
  await manager.connect(config);
  const side = new Side(manager);
  manager.startReader(side.receive, { onError: (error) => console.error('peer:', error.message) });
  const sending = side.send();
  await once(process, 'message');
  side.isOver = true;
  await sending;
  await manager.closed;
  process.send(side.result, () => process.disconnect());
}

/** A proxy that harms its connections at random. */
async function startProxy(target) {
  const pairs = new Set();
  const harms = { cut: 0, stalled: 0, halfClosed: 0 };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = { near, far };
    pairs.add(pair);
    const end = () => {
      near.destroy();
      far.destroy();
      pairs.delete(pair);
    };
    for (const socket of [near, far]) socket.on('error', end).once('close', end);
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const harm = () => {
    const kind = ['cut', 'cut', 'stalled', 'halfClosed'][Math.floor(Math.random() * 4)];
    harms[kind] += 1;
    for (const { near, far } of pairs) {
      if (kind === 'cut') near.destroy();
      else if (kind === 'stalled') {
        near.unpipe().pause();
        far.unpipe().pause();
      } else {
        far.unpipe();
        near.end();
      }
    }
    timer = setTimeout(harm, Math.random() * LONGEST_CALM_MS);
  };
  let timer = setTimeout(harm, LONGEST_CALM_MS);
  const calm = () => clearTimeout(timer);
  return { port: server.address().port, harms, calm, close: () => server.close() };
}

async function main() {
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
  const manager = new IPCManager();
  await manager.createListener({ transport: 'tcp', key, resume: true, heartbeat: HEARTBEAT });
  const { endpoint } = manager.listening;
  const proxy = await startProxy(endpoint.port);
  const env = {
    ...process.env,
    SOAK_KEY: key.toString('hex'),
    SOAK_ENDPOINT: `tcp 127.0.0.1:${endpoint.port}`,
  };
  const child = fork(fileURLToPath(import.meta.url), ['--peer', String(proxy.port)], { env });
  const side = new Side(manager);
  manager.startReader(side.receive, { accept: true, onError: (error) => console.error(error.message) });
  await manager.connected;
  const sending = side.send();
  const end = Date.now() + Number(values.minutes) * 60_000;
  let last = { received: -1, at: Date.now() };
  while (Date.now() < end && Date.now() - last.at < STUCK_MS && manager.state === 'open') {
    await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, end - Date.now())));
    if (side.expected > last.received) last = { received: side.expected, at: Date.now() };
    console.log(JSON.stringify({ ...side.result, missing: undefined, ...proxy.harms }));
  }
  proxy.calm();
  side.isOver = true;
  child.send('stop');
  await sending;
  while (side.peerSent === undefined && manager.state === 'open')
    await new Promise((resolve) => setTimeout(resolve, 50));
  await manager.cleanup();
  const [other] = await once(child, 'message');
  proxy.close();
  const results = { listener: side.result, connector: other, harms: proxy.harms };
  console.log(JSON.stringify(results, undefined, 2));
  const isGood = ({ lost, doubled, missing, received }) =>
    lost === 0 && doubled === 0 && missing === 0 && received > 0;
  if (!isGood(side.result) || !isGood(other)) process.exitCode = 1;
}

if (values.peer === undefined) await main();
else await peer(Number(values.peer));
