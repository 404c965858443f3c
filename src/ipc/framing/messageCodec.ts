import { isAscii, isUtf8 } from 'node:buffer';
import { isRecord } from '../core/messages.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { DEFAULT_LIMITS } from '../core/limits.js';
import type { JsonBounds } from '../core/limits.js';
import { jsonExcess } from './jsonShape.js';
import { PICKLED, isPickle } from './pickle.js';
import type { PayloadCodec } from './payloadCodec.js';

const EXCERPT_CHARACTERS = 80;
/** Bytes that hold one character more than an excerpt, in any language. */
const EXCERPT_BYTES = 4 * (EXCERPT_CHARACTERS + 1);
/** Payloads of one size that must fit into a chunk before the chunk is converted to text as a whole. */
const WORTH_SHARING = 4;
/** Payload size in bytes from which the memory is released before garbage collection. */
const LARGE_BYTES = 1024 * 1024;
const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * Converts messages to JSON objects in UTF-8, and back.
 *
 * A chunk often holds many small messages. If the chunk is ASCII, it is converted to text once for all of
 * them: converting bytes to a string takes a third of the time to read such a message. ASCII is always valid
 * UTF-8.
 */
export class MessageCodec implements PayloadCodec<Message, object> {
  private chunk: Buffer | undefined;
  private chunkText: string | undefined;

  /** @param bounds of received messages. Default: the default limits */
  constructor(private readonly bounds: JsonBounds = DEFAULT_LIMITS) {}

  encode(message: object): string {
    return encodeMessage(message);
  }

  decode(source: Buffer, start: number, end: number): Message | IpcError {
    if (end - start >= LARGE_BYTES) return decodeLarge(source, start, end, this.bounds);
    if ((end - start) * WORTH_SHARING > source.length) return decodeMessage(source, start, end, this.bounds);
    if (source !== this.chunk) {
      this.chunk = source;
      this.chunkText = isAscii(source) ? source.toString('latin1') : undefined;
    }
    if (this.chunkText === undefined) return decodeMessage(source, start, end, this.bounds);
    const excess = excessOf(source, start, end, this.bounds);
    const text = this.chunkText.slice(start, end);
    return excess === undefined ? parseMessage(text) : badMessage(excess, text);
  }

  /**
   * Allocates memory for a payload. The memory of a large payload can be released before its value is parsed.
   */
  allocate(bytes: number): Buffer {
    if (bytes < LARGE_BYTES) return Buffer.allocUnsafeSlow(bytes);
    return Buffer.from(new ArrayBuffer(bytes, { maxByteLength: bytes }));
  }

  releaseChunk(): void {
    this.chunk = undefined;
    this.chunkText = undefined;
  }
}

/** The first character of every JSON object. */
const OPENING_BRACE = '{'.charCodeAt(0);

/**
 * Converts a message to JSON text.
 *
 * @throws IpcError `ERR_IPC_UNSERIALIZABLE` for a cycle, a BigInt, a `toJSON` that throws or returns undefined,
 *   and for a value that is no object in JSON: an array, a string, a number, `null`, a date
 */
export function encodeMessage(message: object): string {
  let json: unknown;
  try {
    json = JSON.stringify(message);
  } catch (cause) {
    throw new IpcError('ERR_IPC_UNSERIALIZABLE', 'the message cannot be written as JSON', { cause });
  }
  if (typeof json === 'string' && json.charCodeAt(0) === OPENING_BRACE) return json;
  throw new IpcError('ERR_IPC_UNSERIALIZABLE', whyNoObject(message, json));
}

function whyNoObject(message: unknown, json: unknown): string {
  if (typeof json !== 'string') return 'the message has no JSON form';
  const kind = json.startsWith('[')
    ? 'an array'
    : typeof message === 'object'
      ? 'no object in JSON'
      : `a ${typeof message}`;
  return `the message is ${message === null ? 'null' : kind}: a message is an object, so put the value into a field of one`;
}

/**
 * Returns the message in a payload, or the error that explains why there is no message. The frame itself was
 * valid, so the session continues.
 */
export function decodeMessage(
  source: Buffer,
  start = 0,
  end = source.length,
  bounds: JsonBounds = DEFAULT_LIMITS,
): Message | IpcError {
  const text = readText(source, start, end, bounds);
  return text instanceof IpcError ? text : parseMessage(text);
}

/**
 * Decodes a large message. Bytes, text and value are each as large as the message, so the bytes are released
 * before the value is parsed.
 */
function decodeLarge(source: Buffer, start: number, end: number, bounds: JsonBounds): Message | IpcError {
  const text = readText(source, start, end, bounds);
  const { buffer } = source;
  if (buffer instanceof ArrayBuffer && buffer.resizable) buffer.resize(0);
  return text instanceof IpcError ? text : parseMessage(text);
}

/** As `jsonExcess`. A short text cannot exceed the bounds: each level and each value takes two bytes at least. */
function excessOf(source: Buffer, start: number, end: number, bounds: JsonBounds): string | undefined {
  if (end - start <= 2 * Math.min(bounds.maxJsonDepth, bounds.maxJsonValues)) return undefined;
  return jsonExcess(source, start, end, bounds);
}

function readText(source: Buffer, start: number, end: number, bounds: JsonBounds): string | IpcError {
  const excess = excessOf(source, start, end, bounds);
  if (excess !== undefined) return badMessage(excess, source.toString('utf8', start, start + EXCERPT_BYTES));
  const text = source.toString('utf8', start, end);
  // Decoding replaces invalid UTF-8 by the replacement character: only text with that character is checked.
  if (!text.includes(REPLACEMENT_CHARACTER) || isUtf8(source.subarray(start, end))) return text;
  return badMessage(whyNoText(source.subarray(start, end)), text);
}

function parseMessage(text: string): Message | IpcError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return badMessage('is not JSON', text, cause);
  }
  return isRecord(value) ? value : badMessage('is not a JSON object', text);
}

/** Explains invalid text. A Python launcher that calls `send(value)` learns here what to call instead. */
function whyNoText(payload: Buffer): string {
  return isPickle(payload) ? PICKLED : 'is not UTF-8';
}

function badMessage(why: string, text: string, cause?: unknown): IpcError {
  const excerpt = text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}...` : text;
  return new IpcError('ERR_IPC_BAD_MESSAGE', `a message ${why}: ${JSON.stringify(excerpt)}`, { cause });
}
