import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectorResumeProof } from '../../src/ipc/authentication/resumeProof.js';
import {
  deriveResumeSecret,
  listenerResumeProof,
  refusalMac,
  resumedMac,
} from '../../src/ipc/authentication/resumeProof.js';
import type { ConnectionBase } from '../../src/ipc/connection/connectionBase.js';
import type { TransportConfig } from '../../src/ipc/core/transportConfig.js';
import { SessionListener } from '../../src/ipc/session/sessionListener.js';
import type { PeerSession } from '../../src/ipc/session/sessionListener.js';
import { connectionOf, listening } from '../support/connectionPair.js';
import { rawFrame as messageFrame } from '../support/rawFrames.js';
import { within } from '../support/within.js';
import {
  CHALLENGE_BYTES,
  nonceIn,
  rawCapabilities,
  rawConnectorPart,
  rawFrame,
  rawHello,
  rawListenerPart,
} from './support/rawHandshake.js';
import * as raw from './support/rawResume.js';

const LONG_MS = 20_000;
const OFFER = Buffer.from('{"versions":[1],"features":["bye","resume"],"resumeGraceMs":20000}');

/** A raw connector past its first handshake, and what it has to know for a resume. */
interface RawSession {
  readonly socket: Socket;
  readonly resume: Omit<raw.RawResume, 'counter' | 'connectorNonce'>;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await within(once(socket, 'connect'), 'the connection');
  return socket;
}

/** Reads exactly so many bytes; fewer at the end of the stream. */
async function read(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk = socket.read(bytes) as Buffer | null;
    if (chunk !== null) return chunk;
    if (socket.readableEnded || socket.destroyed) return Buffer.alloc(0);
    await within(
      Promise.race(['readable', 'end', 'close'].map((event) => once(socket, event))),
      `${bytes} bytes`,
      LONG_MS,
    );
  }
}

async function readFrame(socket: Socket): Promise<{ readonly kind: number; readonly payload: Buffer }> {
  const header = await read(socket, 8);
  if (header.length < 8) return { kind: -1, payload: header };
  const length = header.readUInt32BE(4);
  return { kind: header[3] ?? 0, payload: length === 0 ? Buffer.alloc(0) : await read(socket, length) };
}

/** Runs the first handshake by hand. */
async function begin(port: number, key: Buffer, json = OFFER): Promise<RawSession> {
  const socket = await dial(port);
  const endpoint = `tcp 127.0.0.1:${port}`;
  const connectorNonce = randomBytes(32);
  socket.write(rawHello(connectorNonce));
  const listenerNonce = nonceIn(await read(socket, CHALLENGE_BYTES));
  socket.write(rawConnectorPart(key, { connectorNonce, listenerNonce, endpoint }, json));
  await readFrame(socket);
  return { socket, resume: { ...raw.rawSecret(key, connectorNonce, listenerNonce), endpoint } };
}

/** Runs a resume by hand, up to the listener's last frame. @returns all that was sent, for a replay */
async function resumeByHand(port: number, { resume }: RawSession, counter: number, position = 0) {
  const socket = await dial(port);
  const values = { ...resume, counter, connectorNonce: randomBytes(32) };
  const first = raw.rawResume(values);
  socket.write(first);
  const challenge = await readFrame(socket);
  if (challenge.kind !== raw.RESUME_CHALLENGE) return { socket, values, last: challenge, sent: [first] };
  const listenerNonce = challenge.payload.subarray(0, 32);
  expect(challenge.payload.subarray(32)).toEqual(raw.rawResumeProof('listener', values, listenerNonce));
  const answer = raw.rawResumeAnswer(values, listenerNonce, position);
  socket.write(answer);
  const last = await readFrame(socket);
  return { socket, values, last, sent: [first, answer], proof: answer.subarray(16) };
}

async function listener(more: TransportConfig = {}) {
  const key = randomBytes(32);
  const config = { key, resume: { graceMs: LONG_MS }, ...more };
  const { adapter, endpoint } = await listening({ name: 'tcp', config: { transport: 'tcp' } }, config);
  const port = endpoint.transport === 'tcp' ? endpoint.port : 0;
  return { adapter, port, key };
}

async function openByHand() {
  const { adapter, port, key } = await listener();
  const [session] = await within(Promise.all([begin(port, key), adapter.accept()]), 'the session');
  return { adapter, port, key, session };
}

/** Expects that the session still goes on over the socket. */
async function expectAlive(adapter: ConnectionBase, socket: Socket): Promise<void> {
  const message = { event: 'alive', body: { at: randomBytes(4).toString('hex') } };
  socket.write(messageFrame(message));
  expect(await within(adapter.readMessage(), 'a message of the session')).toEqual(message);
}

describe('the proofs of a resume', () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
  const secret = deriveResumeSecret(key, {
    connectorNonce: Buffer.alloc(32, 0xc0),
    listenerNonce: Buffer.alloc(32, 0x1e),
  });
  const transcript = {
    id: secret.id,
    counter: 1,
    connectorNonce: Buffer.alloc(32, 0xcc),
    listenerNonce: Buffer.alloc(32, 0x11),
    endpoint: 'tcp 127.0.0.1:4711',
  };

  it('are those of the known answers', () => {
    expect(secret.id.toString('hex')).toBe('6a93996d32063817a9f1ffd4067f967f');
    expect(secret.key.toString('hex')).toBe(
      '3cb13affec7ece8ba839987a38875f9018bc5a60345c7c08f65fd826c5cbfa64',
    );
    const proof = connectorResumeProof(secret.key, transcript, 1_000);
    const answers = [
      listenerResumeProof(secret.key, transcript),
      proof,
      resumedMac(secret.key, proof, 2_000),
      ...([1, 2, 3] as const).map((reason) => refusalMac(key, reason, transcript)),
    ];
    expect(answers.map((answer) => answer.toString('hex'))).toEqual([
      '70dc168709858e4f5ab81325f984da153d8773927a506481c176a46f5fbc0273',
      'ff7022349a611476527565013f5b2089380dd0e34d019e97692225e3ad348fcd',
      'cbe0248718bdb93acdbbaab00f321ce7dce7525f8c8d3c50c329eb4e87f6f1bf',
      'a8841085cc6e7ceffb108e7e741b9f3ea62e20c32fed40a1735b74bbdbd0ad98',
      '401def84ad75b4e58c2cb0b59b7505ccb231f183b2403516a1ed55f166c6d9fe',
      '4c49040ad747458fe4bd02c92948daa1801723ca94e7dfe1b9456061dc74243e',
    ]);
  });
});

describe('a listener whose session is resumed', () => {
  it('continues it for the peer that proves itself, from the positions of both ends', async () => {
    const { adapter, port, session } = await openByHand();
    const sent = messageFrame({ event: 'one' });
    session.socket.write(sent);
    await within(adapter.readMessage(), 'the first message');
    void adapter.writeMessage({ command: 'lost' });
    session.socket.destroy();
    const { socket, values, last, proof } = await resumeByHand(port, session, 1);
    expect(last.kind).toBe(raw.RESUMED);
    expect(last.payload.subarray(0, 8)).toEqual(raw.uint64(sent.length));
    const code = raw.rawResumedCode(values.key, proof ?? Buffer.alloc(0), sent.length);
    expect(last.payload.subarray(8)).toEqual(code);
    expect(JSON.parse((await readFrame(socket)).payload.toString())).toEqual({ command: 'lost' });
    await expectAlive(adapter, socket);
  });

  it('sends a peer without the feature no new frame', async () => {
    const { adapter, port, key } = await listener();
    const old = Buffer.from('{"versions":[1],"features":["bye"]}');
    const [{ socket }] = await within(Promise.all([begin(port, key, old), adapter.accept()]), 'the session');
    socket.write(messageFrame({ event: 'one' }));
    await within(adapter.readMessage(), 'the message');
    const closed = adapter.close();
    expect(await readFrame(socket)).toEqual({ kind: 0x14, payload: Buffer.alloc(0) });
    socket.end(rawFrame(0x14, Buffer.alloc(0)));
    await within(closed, 'the close');
    expect((await adapter.closed).resumed).toBeUndefined();
  });

  it('takes a control frame of such a peer for an unknown kind', async () => {
    const { adapter, port, key } = await listener();
    const old = Buffer.from('{"versions":[1],"features":["bye"]}');
    const [{ socket }] = await within(Promise.all([begin(port, key, old), adapter.accept()]), 'the session');
    socket.write(raw.rawControl(raw.ACKNOWLEDGEMENT, 0));
    expect((await within(adapter.closed, 'the end')).error?.code).toBe('ERR_IPC_FRAME_KIND');
  });

  it('lets nobody in by a wrong proof', async () => {
    const { adapter, port, session } = await openByHand();
    const stranger = { ...session, resume: { ...session.resume, key: randomBytes(32) } };
    const socket = await dial(port);
    const values = { ...stranger.resume, counter: 9, connectorNonce: randomBytes(32) };
    socket.write(raw.rawResume(values));
    const challenge = await readFrame(socket);
    socket.write(raw.rawResumeAnswer(values, challenge.payload.subarray(0, 32), 0));
    expect((await readFrame(socket)).kind).toBe(-1);
    await expectAlive(adapter, session.socket);
  });

  it('lets nobody in by a replay, neither of the whole nor of the answer', async () => {
    const { adapter, port, session } = await openByHand();
    const { socket, sent } = await resumeByHand(port, session, 5);
    const whole = await dial(port);
    whole.write(Buffer.concat(sent));
    expect((await readFrame(whole)).kind).toBe(raw.REFUSED);
    expect((await readFrame(whole)).kind).toBe(-1);
    const newer = await dial(port);
    newer.write(raw.rawResume({ ...session.resume, counter: 6, connectorNonce: randomBytes(32) }));
    expect((await readFrame(newer)).kind).toBe(raw.RESUME_CHALLENGE);
    newer.write(sent[1] ?? Buffer.alloc(0));
    expect((await readFrame(newer)).kind).toBe(-1);
    await expectAlive(adapter, socket);
  });

  it.each([4, 5])('refuses counter %i after 5', async (counter) => {
    const { adapter, port, key, session } = await openByHand();
    const { socket } = await resumeByHand(port, session, 5);
    const { last, values } = await resumeByHand(port, session, counter);
    const code = raw.rawRefusalCode(key, 3, values);
    expect(last).toEqual({ kind: raw.REFUSED, payload: Buffer.concat([Buffer.of(3), code]) });
    await expectAlive(adapter, socket);
  });

  it('takes the newer of two resumes that are in progress, whichever answers first', async () => {
    const { adapter, port, session } = await openByHand();
    const older = await dial(port);
    const values = { ...session.resume, counter: 1, connectorNonce: randomBytes(32) };
    older.write(raw.rawResume(values));
    const challenge = await readFrame(older);
    const { socket } = await resumeByHand(port, session, 2);
    older.write(raw.rawResumeAnswer(values, challenge.payload.subarray(0, 32), 0));
    expect((await readFrame(older)).kind).toBe(raw.REFUSED);
    await expectAlive(adapter, socket);
  });

  it('leaves the older connection when a newer one has proved itself', async () => {
    const { adapter, port, session } = await openByHand();
    const { socket } = await resumeByHand(port, session, 1);
    expect((await readFrame(session.socket)).kind).toBe(-1);
    await expectAlive(adapter, socket);
  });

  it('says of an unknown session that it is unknown, with a code by its key', async () => {
    const { adapter, port, key, session } = await openByHand();
    const other = { ...session, resume: { ...session.resume, id: randomBytes(16) } };
    const { last, values } = await resumeByHand(port, other, 1);
    const code = raw.rawRefusalCode(key, 1, values);
    expect(last).toEqual({ kind: raw.REFUSED, payload: Buffer.concat([Buffer.of(1), code]) });
    await expectAlive(adapter, session.socket);
  });

  it('ends the session of a peer that acknowledges what was never sent', async () => {
    const { adapter, session } = await openByHand();
    session.socket.write(raw.rawControl(raw.ACKNOWLEDGEMENT, 1));
    const { error } = await within(adapter.closed, 'the end');
    expect(error?.code).toBe('ERR_IPC_FRAME_HEADER');
    const kinds: number[] = [];
    for (let kind = 0; kind !== -1; kinds.push(kind)) ({ kind } = await readFrame(session.socket));
    expect(kinds[0]).toBe(raw.ABORT);
  });

  it('keeps the sessions of its peers apart, and remembers those that have ended', async () => {
    const key = randomBytes(32);
    const sessions: PeerSession[] = [];
    const config = { transport: 'tcp', key, resume: { graceMs: LONG_MS } };
    const all = await SessionListener.listen(config, (session) => sessions.push(session));
    onTestFinished(() => all.close());
    const port = all.endpoint.transport === 'tcp' ? all.endpoint.port : 0;
    const [first, second] = [await begin(port, key), await begin(port, key)];
    await within(Promise.resolve(sessions.length), 'both');
    // The second has the key of the listener, and its own, and asks for the session of the first.
    const thief = { ...second, resume: { ...second.resume, id: first.resume.id } };
    const socket = await dial(port);
    const values = { ...thief.resume, counter: 1, connectorNonce: randomBytes(32) };
    socket.write(raw.rawResume(values));
    const challenge = await readFrame(socket);
    socket.write(raw.rawResumeAnswer(values, challenge.payload.subarray(0, 32), 0));
    expect((await readFrame(socket)).kind).toBe(-1);
    first.socket.write(rawFrame(0x14, Buffer.alloc(0)));
    first.socket.resume().once('end', () => first.socket.end());
    await within(sessions[0]?.closed ?? Promise.reject(new Error('no session')), 'the end of the first');
    expect((await resumeByHand(port, first, 1)).last.payload[0]).toBe(2);
    expect((await resumeByHand(port, second, 1)).last.kind).toBe(raw.RESUMED);
    second.socket.destroy();
    await Promise.all(sessions.map((session) => within(session.cleanup(), 'the cleanup')));
  });
});

describe('a connector whose session is resumed', () => {
  it('shows neither proof nor position to a listener that has not proved itself', async () => {
    const key = randomBytes(32);
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sockets = connectionsOf(server);
    const config = { transport: 'tcp', port, key, resume: { graceMs: 1_500 }, closeTimeoutMs: 100 };
    const launcher = connectionOf({ name: 'launcher', config });
    const connecting = launcher.connect();
    const first = await sockets();
    const connectorNonce = nonceIn(await read(first, 41));
    const transcript = { connectorNonce, listenerNonce: randomBytes(32), endpoint: `tcp 127.0.0.1:${port}` };
    first.write(rawListenerPart(key, transcript, OFFER));
    await within(connecting, 'the session');
    expect(rawCapabilities(key, 'listener', transcript, OFFER).length).toBeGreaterThan(0);
    first.destroy();
    const again = await sockets();
    expect((await readFrame(again)).kind).toBe(raw.RESUME);
    again.write(rawFrame(raw.RESUME_CHALLENGE, randomBytes(64)));
    // It leaves without a further frame, and tries another time.
    expect((await readFrame(again)).kind).toBe(-1);
    const third = await sockets();
    expect((await readFrame(third)).kind).toBe(raw.RESUME);
    third.write(rawFrame(raw.REFUSED, Buffer.concat([Buffer.of(1), randomBytes(32)])));
    expect((await readFrame(third)).kind).toBe(-1);
    expect(launcher.state).toBe('open');
    launcher.destroy();
  });
});

/** Returns a function that waits for the next connection of a server. */
function connectionsOf(server: ReturnType<typeof createServer>): () => Promise<Socket> {
  const waiting: Socket[] = [];
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    waiting.push(socket);
    server.emit('queued');
  });
  return async () => {
    while (waiting.length === 0) await within(once(server, 'queued'), 'a connection', LONG_MS);
    const [next] = waiting.splice(0, 1);
    if (next === undefined) throw new Error('no connection');
    return next;
  };
}
