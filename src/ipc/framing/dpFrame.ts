import { EMPTY_PAYLOAD } from './framing.js';
import type { Framing, HeaderFault } from './framing.js';

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
  kind: FrameKind | HandshakeKind | typeof BYE_KIND,
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
  return (
    checkMagicAndVersion(source, at) ?? {
      code: 'ERR_IPC_FRAME_KIND',
      what: `frame kind ${kind}, only 1 (event) and 2 (command) are known`,
      isBye: kind === BYE_KIND && source.readUInt32BE(at + 4) === 0,
    }
  );
}

/** Returns the payload length in a handshake header, or the fault of the header. */
export function readHandshakeHeader(header: Buffer, expected: HandshakeKind): number | HeaderFault {
  const fault = checkMagicAndVersion(header, 0);
  if (fault !== undefined) return fault;
  const kind = header.readUInt8(3);
  if (kind !== expected) {
    return {
      code: 'ERR_IPC_FRAME_KIND',
      what: `a frame of kind ${kind} came where the handshake's kind ${expected} had to: the peer has no key`,
    };
  }
  return header.readUInt32BE(4);
}

function checkMagicAndVersion(source: Buffer, at: number): HeaderFault | undefined {
  if (source.readUInt16BE(at) !== MAGIC) {
    return { code: 'ERR_IPC_FRAME_MAGIC', what: 'not a DP frame: the peer speaks another protocol' };
  }
  const version = source.readUInt8(at + 2);
  if (version !== VERSION) {
    return { code: 'ERR_IPC_FRAME_VERSION', what: `DP version ${version}, only version ${VERSION} is known` };
  }
  return undefined;
}
