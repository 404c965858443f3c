import { AuthenticationError } from '../core/errors.js';
import { HEADER_BYTES, readHandshakeHeader, writeHeader } from '../framing/dpFrame.js';
import type { HandshakeKind, ResumeKind } from '../framing/dpFrame.js';
import type { HandshakeChannel } from './handshakeChannel.js';

export interface HandshakeFrame {
  readonly kind: HandshakeKind | ResumeKind;
  readonly payload: Buffer;
}

/** Sends handshake frames, which are DP frames regardless of the session's framing. */
export function sendFrames(channel: HandshakeChannel, ...frames: readonly HandshakeFrame[]): void {
  const parts = frames.flatMap(({ kind, payload }) => {
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    writeHeader(header, 0, kind, payload.length);
    return [header, payload];
  });
  channel.write(...parts);
}

/** Reads the payload of the next frame, which must be of `kind`. @throws IpcError `ERR_IPC_HANDSHAKE` and as the channel */
export async function receiveFrame(
  channel: HandshakeChannel,
  kind: HandshakeKind | ResumeKind,
): Promise<Buffer> {
  return (await receiveOneOf(channel, kind)).payload;
}

/** Reads the next frame, which must be of one of `kinds`. @throws IpcError as {@link receiveFrame} */
export async function receiveOneOf<K extends HandshakeKind | ResumeKind>(
  channel: HandshakeChannel,
  ...kinds: readonly [K, ...K[]]
): Promise<{ readonly kind: K; readonly payload: Buffer }> {
  const header = readHandshakeHeader(await channel.read(HEADER_BYTES), ...kinds);
  if ('code' in header) throw new AuthenticationError('ERR_IPC_HANDSHAKE', header.what);
  return { kind: header.kind, payload: await channel.read(header.length) };
}
