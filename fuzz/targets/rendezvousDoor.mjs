/*
 * Fuzzes what a peer with the key says at a rendezvous. Each message is a connection of its own. Peers with a good hello are
 * served all the time.
 */
import assert from 'node:assert/strict';
import { readKeyFile } from '../../dist/ipc/authentication/keyFile.js';
import { Rendezvous, TransportFactory, parseLauncherArgs } from '../../dist/ipc/index.js';
import { hostileTexts } from './hostile.mjs';

export { dictionary } from './hostile.mjs';

const TEMPLATES = [
  { event: 'hello', body: { pid: 1, parentPid: 1, title: 't', program: '/nowhere/a.js', sessionId: 's' } },
  { command: 'adopt', arguments: { child: 'x', launcherArgs: ['--ipc'], launcherEnv: { A: 'b' } }, id: 1 },
];
const INPUTS_PER_GOOD_PEER = 16;
const CONNECTIONS_AT_ONCE = 32;

let lastHello;
const rendezvous = await Rendezvous.open({
  onHello: ({ id, hello }) => {
    const { pid, parentPid, title = '', program = '' } = hello;
    for (const number of [pid, parentPid]) assert(number === undefined || Number.isSafeInteger(number));
    for (const text of [title, program]) assert.equal(typeof text, 'string');
    lastHello = hello;
    rendezvous.release(id, 'the fuzzer has seen it');
  },
});
const { config } = parseLauncherArgs(rendezvous.address.launcherArgs);
const { key } = readKeyFile(rendezvous.address.keyFile);
let inputs = 0;

/** Each message is a connection of its own, because a peer may send only one. Returns how many were sent. */
export async function fuzz(data) {
  inputs += 1;
  const texts = hostileTexts(data, TEMPLATES).filter((text) => text.length > 0);
  for (let at = 0; at < texts.length; at += CONNECTIONS_AT_ONCE) {
    await Promise.all(texts.slice(at, at + CONNECTIONS_AT_ONCE).map((text) => say(text)));
  }
  if (inputs % INPUTS_PER_GOOD_PEER !== 0) return texts.length;
  await say(Buffer.from(`{"event":"hello","body":{"pid":${inputs},"title":"good"}}`));
  assert.equal(lastHello?.pid, inputs, 'a good peer was not served');
  assert(rendezvous.size <= 256);
  return texts.length;
}

export const close = () => rendezvous.close();

/** Connects, says one thing and reads to the end. */
async function say(payload) {
  const connection = await TransportFactory.createConnection({ ...config, key });
  const { socket } = connection.stream;
  const header = Buffer.from([0x44, 0x50, 1, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  socket.write(Buffer.concat([header, payload]));
  await connection.readMessage().catch(() => null);
  connection.destroy();
  await connection.closed;
}
