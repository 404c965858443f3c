/*
 * node scripts/test2gib.mjs [--python PATH] [--bytes N]
 *
 * Sends messages of more than 2 GiB, which need the long form of the length, both ways: to and from Python,
 * and between two processes of Node.js. Requires about three times as much memory as a message has bytes, and
 * takes a minute, so it is not part of the tests. Exits with code 1 if a message arrives changed or not at
 * all.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bytes, connect, listen } from '../dist/ipc/multiprocessing/index.js';

const CYCLE = Buffer.from(Array.from({ length: 251 }, (_, byte) => byte));
const STEP_BYTES = CYCLE.length * 1024 * 1024;
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    bytes: { type: 'string', default: String(2 ** 31 + 5) },
    peer: { type: 'string' },
  },
});
const size = Number(values.bytes);
const options = { codec: bytes, authkey: 'two gibibytes', maxFrameBytes: size };

if (values.peer === undefined) await main();
else await echo(values.peer);

async function main() {
  if (totalmem() < 4 * size) fail(`${totalmem()} bytes of memory are not enough for messages of ${size}`);
  const pattern = Buffer.alloc(size, CYCLE);
  await exchange('Python', pattern, startPython);
  await exchange('Node.js', pattern, startNode);
}

/** Sends the pattern, and receives it back from a peer that echoes it. */
async function exchange(name, pattern, start) {
  const listener = await listen(undefined, options);
  const child = start(listener.address);
  const connection = await listener.accept();
  const sentMs = await timed(() => connection.sendBytes(pattern));
  let received;
  const receivedMs = await timed(async () => (received = await connection.recvBytes()));
  if (!isPattern(received)) fail(`${name}: the message came back changed`);
  console.log(`${name}: ${size} bytes, sent in ${sentMs} ms, back in ${receivedMs} ms, the same`);
  await connection.close();
  await listener.close();
  child.stdin?.end();
  const [code] = await once(child, 'exit');
  if (code !== 0) fail(`${name}: exit code ${code}`);
}

function startPython(address) {
  const file = fileURLToPath(new URL('../test/unit/ipc/multiprocessing/fixtures/peer.py', import.meta.url));
  const child = spawn(values.python, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const key = Buffer.from(options.authkey).toString('hex');
  createInterface(child.stdout).on('line', (line) => {
    if (line !== '{}') fail(`Python: ${line}`);
  });
  child.stdin.write(`${JSON.stringify({ op: 'connect', address, key })}\n`);
  child.stdin.write(`${JSON.stringify({ op: 'echo', count: 1 })}\n`);
  return child;
}

function startNode(address) {
  const file = fileURLToPath(import.meta.url);
  const args = [file, '--peer', address, '--bytes', String(size)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function echo(address) {
  const connection = await connect(address, options);
  await connection.sendBytes(await connection.recvBytes());
  await connection.close();
}

function isPattern(received) {
  if (received.length !== size) return false;
  const expected = Buffer.alloc(Math.min(STEP_BYTES, size), CYCLE);
  for (let at = 0; at < size; at += STEP_BYTES) {
    const piece = received.subarray(at, at + STEP_BYTES);
    if (!piece.equals(expected.subarray(0, piece.length))) return false;
  }
  return true;
}

async function timed(action) {
  const start = performance.now();
  await action();
  return Math.round(performance.now() - start);
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
