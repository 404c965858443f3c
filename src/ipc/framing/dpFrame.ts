import { EMPTY_PAYLOAD } from './framing.js';
import type { Framing, HeaderFault } from './framing.js';
import { likenessOf } from './firstBytes.js';

/*
 * The DP frame, version 1:
 *
 *   0  2  'D' 'P'
 *   2  1  version, 1
 *   3  1  kind
 *   4  4  payload length, unsigned, big-endian
 *   8  n  payload: one JSON object in UTF-8
 */
export const HEADER_BYTES = 8;

const MAGIC = 0x4450;
const VERSION = 1;

/** The kind of a frame, which also identifies its sender. Kinds of later versions begin at 0x10. */
export const FRAME_KIND = {
  /** Launcher to adapter: events and responses. */
  event: 0x01,
  /** Adapter to launcher. */
  command: 0x02,
} as const;

export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND];

/** The kinds of handshake frames. A peer without a handshake never receives them. */
export const HANDSHAKE_KIND = {
  hello: 0x10,
  challenge: 0x11,
  answer: 0x12,
  capabilities: 0x13,
} as const;

export type HandshakeKind = (typeof HANDSHAKE_KIND)[keyof typeof HANDSHAKE_KIND];

/** The kinds of the frames by which a new stream continues a session: see docs/protocol.md. */
export const RESUME_KIND = {
  resume: 0x15,
  challenge: 0x16,
  answer: 0x17,
  resumed: 0x18,
  refused: 0x19,
} as const;

export type ResumeKind = (typeof RESUME_KIND)[keyof typeof RESUME_KIND];

/** The kinds of control frames, which are between messages, and no part of what is counted and sent again. */
export const CONTROL_KIND = {
  acknowledgement: 0x1a,
  ping: 0x1b,
  pong: 0x1c,
  abort: 0x1d,
} as const;

export type ControlKind = (typeof CONTROL_KIND)[keyof typeof CONTROL_KIND];

/** The payload of each control frame, in bytes. */
const CONTROL_BYTES: Readonly<Record<number, number>> = {
  [CONTROL_KIND.acknowledgement]: 8,
  [CONTROL_KIND.ping]: 4,
  [CONTROL_KIND.pong]: 4,
  [CONTROL_KIND.abort]: 0,
};

/** The kind of the goodbye, which has no payload. */
const BYE_KIND = 0x14;
const BYE = Buffer.alloc(HEADER_BYTES);
writeHeader(BYE, 0, BYE_KIND, 0);

/** Creates the framing for DP frames. @param kind the kind of written frames; both kinds are read */
export function dpFraming(kind: FrameKind): Framing {
  return {
    name: 'dp',
    bye: BYE,
    maxHeaderBytes: HEADER_BYTES,
    headerBytes: () => HEADER_BYTES,
    writeHeader: (target, at, payloadBytes) => {
      writeHeader(target, at, kind, payloadBytes);
    },
    measureHeader: (_source, at, end) => (end - at < HEADER_BYTES ? 0 : HEADER_BYTES),
    readLength: readHeader,
  };
}

/** Writes a header at `at`. */
export function writeHeader(
  target: Buffer,
  at: number,
  kind: FrameKind | HandshakeKind | ResumeKind | ControlKind | typeof BYE_KIND,
  payloadBytes: number,
): void {
  target.writeUInt16BE(MAGIC, at);
  target[at + 2] = VERSION;
  target[at + 3] = kind;
  target.writeUInt32BE(payloadBytes, at + 4);
}

/** The first four bytes of a header, as one number. */
const EVENT_HEAD = MAGIC * 0x10000 + VERSION * 0x100 + FRAME_KIND.event;
const COMMAND_HEAD = MAGIC * 0x10000 + VERSION * 0x100 + FRAME_KIND.command;

function readHeader(source: Buffer, at: number): number | HeaderFault {
  // One comparison checks magic, version and kind; only a mismatch is examined further.
  const head = source.readUInt32BE(at);
  if (head !== EVENT_HEAD && head !== COMMAND_HEAD) return headFault(source, at);
  const length = source.readUInt32BE(at + 4);
  return length === 0 ? EMPTY_PAYLOAD : length;
}

function headFault(source: Buffer, at: number): HeaderFault {
  const kind = source.readUInt8(at + 3);
  const length = source.readUInt32BE(at + 4);
  return (
    checkMagicAndVersion(source, at) ?? {
      code: 'ERR_IPC_FRAME_KIND',
      what: `frame kind ${kind}, only 1 (event) and 2 (command) are known`,
      isBye: kind === BYE_KIND && length === 0,
      ...(CONTROL_BYTES[kind] === length && { control: { kind, length } }),
    }
  );
}

/** Returns kind and payload length in a handshake header, or the fault of the header. @param expected in this order of preference */
export function readHandshakeHeader<K extends HandshakeKind | ResumeKind>(
  header: Buffer,
  ...expected: readonly [K, ...K[]]
): { readonly kind: K; readonly length: number } | HeaderFault {
  const fault = checkMagicAndVersion(header, 0);
  if (fault !== undefined) return fault;
  const kind = header.readUInt8(3);
  const known = expected.find((one) => one === kind);
  if (known !== undefined) return { kind: known, length: header.readUInt32BE(4) };
  return {
    code: 'ERR_IPC_FRAME_KIND',
    what: `a frame of kind ${kind} came where the handshake's kind ${expected[0]} had to: the peer has no key`,
  };
}

/** Creates a control frame. @param value the number that it carries, which `abort` does not */
export function controlFrame(kind: ControlKind, value = 0): Buffer {
  const bytes = CONTROL_BYTES[kind] ?? 0;
  const frame = Buffer.alloc(HEADER_BYTES + bytes);
  writeHeader(frame, 0, kind, bytes);
  if (bytes === 8) frame.writeBigUInt64BE(BigInt(value), HEADER_BYTES);
  if (bytes === 4) frame.writeUInt32BE(value, HEADER_BYTES);
  return frame;
}

/** Reads the number in a control frame's payload. */
export function controlValue(payload: Buffer): number {
  if (payload.length === 8) return Number(payload.readBigUInt64BE());
  return payload.length === 4 ? payload.readUInt32BE() : 0;
}

function checkMagicAndVersion(source: Buffer, at: number): HeaderFault | undefined {
  if (source.readUInt16BE(at) !== MAGIC) {
    const what = `not a DP frame: the peer speaks another protocol${likenessOf(source, at)}`;
    return { code: 'ERR_IPC_FRAME_MAGIC', what };
  }
  const version = source.readUInt8(at + 2);
  if (version !== VERSION) {
    return { code: 'ERR_IPC_FRAME_VERSION', what: `DP version ${version}, only version ${VERSION} is known` };
  }
  return undefined;
}
