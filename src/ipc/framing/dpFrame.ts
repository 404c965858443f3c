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

/** What a frame carries, which is also who sends it. Kinds of later versions begin at 0x10. */
export const FRAME_KIND = {
  /** Launcher to adapter: events, and responses too. */
  event: 0x01,
  /** Adapter to launcher. */
  command: 0x02,
} as const;

export type FrameKind = (typeof FRAME_KIND)[keyof typeof FRAME_KIND];

/** The frames of the handshake, which only a peer that began one ever meets. */
export const HANDSHAKE_KIND = {
  hello: 0x10,
  challenge: 0x11,
  answer: 0x12,
  capabilities: 0x13,
} as const;

export type HandshakeKind = (typeof HANDSHAKE_KIND)[keyof typeof HANDSHAKE_KIND];

/** DP frames. @param kind of those that are written; both are read */
export function dpFraming(kind: FrameKind): Framing {
  return {
    name: 'dp',
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
  kind: FrameKind | HandshakeKind,
  payloadBytes: number,
): void {
  target.writeUInt16BE(MAGIC, at);
  target[at + 2] = VERSION;
  target[at + 3] = kind;
  target.writeUInt32BE(payloadBytes, at + 4);
}

/** A header's first four bytes, as one number. */
const EVENT_HEAD = MAGIC * 0x10000 + VERSION * 0x100 + FRAME_KIND.event;
const COMMAND_HEAD = MAGIC * 0x10000 + VERSION * 0x100 + FRAME_KIND.command;

function readHeader(source: Buffer, at: number): number | HeaderFault {
  // Magic, version and kind are right or wrong in one comparison; only where they are wrong is it asked which.
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
    }
  );
}

/** The payload length of a handshake's header, or what is wrong with it. */
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
