import { AuthenticationError } from '../core/errors.js';
import { HEADER_BYTES, readHandshakeHeader, writeHeader } from '../framing/dpFrame.js';
import type { HandshakeKind } from '../framing/dpFrame.js';
import type { HandshakeChannel } from './handshakeChannel.js';

export interface HandshakeFrame {
  readonly kind: HandshakeKind;
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
export async function receiveFrame(channel: HandshakeChannel, kind: HandshakeKind): Promise<Buffer> {
  const length = readHandshakeHeader(await channel.read(HEADER_BYTES), kind);
  if (typeof length === 'number') return channel.read(length);
  throw new AuthenticationError('ERR_IPC_HANDSHAKE', length.what);
}
