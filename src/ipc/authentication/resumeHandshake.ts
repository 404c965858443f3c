import type { Socket } from 'node:net';
import { AuthenticationError, IpcError } from '../core/errors.js';
import { HANDSHAKE_KIND, RESUME_KIND } from '../framing/dpFrame.js';
import type { HandshakeOptions } from './handshake.js';
import { answerHello } from './handshake.js';
import { HandshakeChannel } from './handshakeChannel.js';
import { receiveFrame, receiveOneOf, sendFrames } from './handshakeFrames.js';
import type { NegotiatedProtocol } from './negotiation.js';
import { NONCE_BYTES, PROOF_BYTES, isSame, newNonce } from './proof.js';
import {
  REFUSAL,
  RESUME_VERSION,
  SESSION_ID_BYTES,
  connectorResumeProof,
  listenerResumeProof,
  refusalMac,
  resumedMac,
  uint32,
  uint64,
} from './resumeProof.js';
import type { Refusal, ResumeSecret, ResumeTranscript, SessionTranscript } from './resumeProof.js';

/** A session of a listener that another stream may continue. */
export interface ResumableSession {
  readonly secret: ResumeSecret;
  /** The number of the last attempt that was proved. 0 before the first. */
  readonly lastCounter: number;
  /**
   * Reads no more of the older stream, and ends it.
   *
   * @returns the bytes that this end has taken over
   */
  suspend(counter: number): number;
  /** Goes on over another stream. @param peerPosition the bytes that the peer has taken over */
  continueOn(socket: Socket, counter: number, peerPosition: number): void;
}

/** The sessions of a listener. */
export interface SessionDirectory {
  /** True if no new session begins here. */
  readonly isTaken: boolean;
  /** Returns a session, the reason why it cannot be continued, or undefined for one that has not begun. */
  find(id: Buffer): ResumableSession | Refusal | undefined;
}

/** The options of a resume. `key` is the key of the listener, not that of the session. */
export interface ResumeOptions extends HandshakeOptions {
  readonly secret: ResumeSecret;
  readonly counter: number;
  /** Bytes that this end has taken over. */
  readonly position: number;
}

/** What a listener's first frames have led to: a new session, or a stream that continues one. */
export type Reception =
  | { readonly agreement: NegotiatedProtocol; readonly resumed?: undefined }
  | { readonly resumed: (socket: Socket) => void };

const RESUME_BYTES = 1 + SESSION_ID_BYTES + 4 + NONCE_BYTES;
const POSITION_BYTES = 8;

/*
 *   connector                                          listener
 *   resume: version, session, counter, nonce  ------->
 *                                             <-------  challenge: nonce, the listener's proof   (or: refused)
 *   answer: position, the connector's proof   ------->
 *                                             <-------  resumed: position, its code              (or: refused)
 *
 * The proofs are made with the session's own key. The listener proves itself first. A refusal has a code by the key of
 * the listener, which a listener that has restarted under the same key file has too; one with a wrong code is from a
 * stranger, and does not end the session.
 */

/**
 * Runs the connector's side of a resume.
 *
 * @returns the bytes that the listener has taken over
 * @throws IpcError `ERR_IPC_SESSION_UNKNOWN` and `ERR_IPC_SESSION_EXPIRED`, proved by the listener; any other error is one
 *   of this attempt alone. The caller destroys the socket
 */
export function connectorResume(socket: Socket, options: ResumeOptions): Promise<number> {
  return HandshakeChannel.over(socket, options, async (channel) => {
    const { secret, counter, position, endpoint, channelBinding } = options;
    const connectorNonce = newNonce();
    const base: ResumeTranscript = { id: secret.id, counter, connectorNonce, endpoint };
    const hello = Buffer.concat([Buffer.of(RESUME_VERSION), secret.id, uint32(counter), connectorNonce]);
    sendFrames(channel, { kind: RESUME_KIND.resume, payload: hello });
    const challenge = await answerTo(
      channel,
      RESUME_KIND.challenge,
      NONCE_BYTES + PROOF_BYTES,
      options,
      base,
    );
    const transcript: SessionTranscript = {
      ...base,
      listenerNonce: challenge.subarray(0, NONCE_BYTES),
      channelBinding,
    };
    const listenerProof = challenge.subarray(NONCE_BYTES);
    if (!isSame(listenerProof, listenerResumeProof(secret.key, transcript))) throw notProved('listener');
    const proof = connectorResumeProof(secret.key, transcript, position);
    sendFrames(channel, {
      kind: RESUME_KIND.answer,
      payload: Buffer.concat([uint64(position), proof]),
    });
    const last = await answerTo(channel, RESUME_KIND.resumed, POSITION_BYTES + PROOF_BYTES, options, base);
    const peerPosition = positionIn(last);
    if (!isSame(last.subarray(POSITION_BYTES), resumedMac(secret.key, proof, peerPosition)))
      throw notProved('listener');
    return peerPosition;
  });
}

/** Runs the listener's side of a handshake or of a resume. @throws IpcError as `listenerHandshake` */
export function receivePeer(
  socket: Socket,
  options: HandshakeOptions,
  sessions: SessionDirectory,
): Promise<Reception> {
  return HandshakeChannel.over(socket, options, async (channel): Promise<Reception> => {
    const first = await receiveOneOf(channel, HANDSHAKE_KIND.hello, RESUME_KIND.resume);
    if (first.kind === RESUME_KIND.resume) return answerResume(channel, first.payload, options, sessions);
    if (sessions.isTaken) throw new AuthenticationError('ERR_IPC_HANDSHAKE', 'the session has its peer');
    return { agreement: await answerHello(channel, first.payload, options) };
  });
}

async function answerResume(
  channel: HandshakeChannel,
  payload: Buffer,
  options: HandshakeOptions,
  sessions: SessionDirectory,
): Promise<Reception> {
  requireLength(payload, RESUME_BYTES);
  const base = readResume(payload, options.endpoint);
  const session = sessions.find(Buffer.from(base.id));
  if (session === undefined)
    throw new AuthenticationError('ERR_IPC_HANDSHAKE', 'the session has not begun yet');
  if (typeof session === 'number') throw refuse(channel, options, base, session);
  if (base.counter <= session.lastCounter) throw refuse(channel, options, base, REFUSAL.superseded);
  const { key } = session.secret;
  const { channelBinding } = options;
  const transcript: SessionTranscript = { ...base, listenerNonce: newNonce(), channelBinding };
  const challenge = Buffer.concat([transcript.listenerNonce, listenerResumeProof(key, transcript)]);
  sendFrames(channel, { kind: RESUME_KIND.challenge, payload: challenge });
  const answer = await receiveFrame(channel, RESUME_KIND.answer);
  requireLength(answer, POSITION_BYTES + PROOF_BYTES);
  const peerPosition = positionIn(answer);
  const proof = answer.subarray(POSITION_BYTES);
  if (!isSame(proof, connectorResumeProof(key, transcript, peerPosition))) throw notProved('connector');
  // The session may have ended, and a newer attempt may have been proved, since the challenge.
  const current = sessions.find(Buffer.from(base.id));
  if (current !== session) throw refuse(channel, options, base, REFUSAL.late);
  if (base.counter <= session.lastCounter) throw refuse(channel, options, base, REFUSAL.superseded);
  const position = session.suspend(base.counter);
  const last = Buffer.concat([uint64(position), resumedMac(key, proof, position)]);
  sendFrames(channel, { kind: RESUME_KIND.resumed, payload: last });
  return { resumed: (socket) => session.continueOn(socket, base.counter, peerPosition) };
}

/** Reads the listener's next frame. @throws IpcError for a refusal */
async function answerTo(
  channel: HandshakeChannel,
  kind: typeof RESUME_KIND.challenge | typeof RESUME_KIND.resumed,
  bytes: number,
  { key }: Pick<ResumeOptions, 'key'>,
  base: ResumeTranscript,
): Promise<Buffer> {
  const frame = await receiveOneOf(channel, kind, RESUME_KIND.refused);
  if (frame.kind === kind) {
    requireLength(frame.payload, bytes);
    return frame.payload;
  }
  requireLength(frame.payload, 1 + PROOF_BYTES);
  const reason = Object.values(REFUSAL).find((one) => one === frame.payload[0]);
  if (reason === undefined || !isSame(frame.payload.subarray(1), refusalMac(key, reason, base)))
    throw notProved('listener');
  throw refusedFor(reason);
}

function refusedFor(reason: Refusal): IpcError {
  if (reason === REFUSAL.unknown) {
    const what = 'the peer does not know this session any more: it has restarted since';
    return new IpcError('ERR_IPC_SESSION_UNKNOWN', what);
  }
  if (reason === REFUSAL.late) {
    return new IpcError(
      'ERR_IPC_SESSION_EXPIRED',
      'the peer has ended this session: the connection is back too late',
    );
  }
  return new IpcError('ERR_IPC_HANDSHAKE', 'the peer has a newer stream of this session');
}

function refuse(
  channel: HandshakeChannel,
  { key }: HandshakeOptions,
  base: ResumeTranscript,
  reason: Refusal,
): IpcError {
  const payload = Buffer.concat([Buffer.of(reason), refusalMac(key, reason, base)]);
  sendFrames(channel, { kind: RESUME_KIND.refused, payload });
  return new AuthenticationError('ERR_IPC_HANDSHAKE', `a session cannot be resumed: ${REASONS[reason]}`);
}

const REASONS: Readonly<Record<Refusal, string>> = {
  [REFUSAL.unknown]: 'it is not known here',
  [REFUSAL.late]: 'it has ended',
  [REFUSAL.superseded]: 'a newer stream has continued it',
};

function readResume(payload: Buffer, endpoint: string): ResumeTranscript {
  if (payload[0] !== RESUME_VERSION) {
    throw new AuthenticationError('ERR_IPC_HANDSHAKE', `a resume of version ${payload[0] ?? 0} is not known`);
  }
  const idEnd = 1 + SESSION_ID_BYTES;
  return {
    id: payload.subarray(1, idEnd),
    counter: payload.readUInt32BE(idEnd),
    connectorNonce: payload.subarray(idEnd + 4),
    endpoint,
  };
}

/** A position above 2^53 is no exact number: such a one is never in the store, so it is refused there. */
function positionIn(payload: Buffer): number {
  return Math.min(Number(payload.readBigUInt64BE()), Number.MAX_SAFE_INTEGER);
}

function requireLength(payload: Buffer, expectedBytes: number): void {
  if (payload.length === expectedBytes) return;
  const what = `the peer's part of the resume has ${payload.length} bytes, not ${expectedBytes}`;
  throw new AuthenticationError('ERR_IPC_HANDSHAKE', what);
}

function notProved(role: 'listener' | 'connector'): AuthenticationError {
  const what = `the ${role} did not prove that this session is its own`;
  return new AuthenticationError('ERR_IPC_AUTHENTICATION', what);
}
