import { isAscii, isUtf8 } from 'node:buffer';
import { isRecord } from '../core/messages.js';
import type { Message } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { PICKLED, isPickle } from './pickle.js';
import type { PayloadCodec } from './payloadCodec.js';

const EXCERPT_CHARACTERS = 80;
/** A chunk is made text as a whole when at least so many payloads of a size fit into it. */
const WORTH_SHARING = 4;
/** From here on it pays to give a payload's memory back at once. */
const LARGE_BYTES = 1024 * 1024;
const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * Messages: JSON objects in UTF-8.
 *
 * Small ones come many to a chunk. Where that is all ASCII it is made text once, for all of them: a third of
 * what reading such a message takes is the call that makes its bytes a string. Text of ASCII is never wrong.
 */
export class MessageCodec implements PayloadCodec<Message> {
  private chunk: Buffer | undefined;
  private chunkText: string | undefined;

  encode(message: Message): string {
    return encodeMessage(message);
  }

  decode(source: Buffer, start: number, end: number): Message | IpcError {
    if (end - start >= LARGE_BYTES) return decodeLarge(source, start, end);
    if ((end - start) * WORTH_SHARING > source.length) return decodeMessage(source, start, end);
    if (source !== this.chunk) {
      this.chunk = source;
      this.chunkText = isAscii(source) ? source.toString('latin1') : undefined;
    }
    if (this.chunkText === undefined) return decodeMessage(source, start, end);
    return parseMessage(this.chunkText.slice(start, end));
  }

  /** A large payload is in memory that can be given back before its value is made, not when it is collected. */
  allocate(bytes: number): Buffer {
    if (bytes < LARGE_BYTES) return Buffer.allocUnsafeSlow(bytes);
    return Buffer.from(new ArrayBuffer(bytes, { maxByteLength: bytes }));
  }

  leave(): void {
    this.chunk = undefined;
    this.chunkText = undefined;
  }
}

/**
 * The JSON text of a message.
 *
 * @throws IpcError `ERR_IPC_UNSERIALIZABLE` for a cycle, a BigInt, a `toJSON` that throws or gives nothing
 */
export function encodeMessage(message: Message): string {
  try {
    const json = JSON.stringify(message) as string | undefined;
    if (json !== undefined) return json;
  } catch (cause) {
    throw new IpcError('ERR_IPC_UNSERIALIZABLE', 'the message cannot be written as JSON', { cause });
  }
  throw new IpcError('ERR_IPC_UNSERIALIZABLE', 'the message has no JSON form');
}

/** The message in a payload, or the error that says why there is none: the frame was good, the session goes on. */
export function decodeMessage(source: Buffer, start = 0, end = source.length): Message | IpcError {
  const text = readText(source, start, end);
  return text instanceof IpcError ? text : parseMessage(text);
}

/** Bytes, text and value are each as large as the message: the bytes go before the value comes. */
function decodeLarge(source: Buffer, start: number, end: number): Message | IpcError {
  const text = readText(source, start, end);
  const { buffer } = source;
  if (buffer instanceof ArrayBuffer && buffer.resizable) buffer.resize(0);
  return text instanceof IpcError ? text : parseMessage(text);
}

function readText(source: Buffer, start: number, end: number): string | IpcError {
  const text = source.toString('utf8', start, end);
  // Decoding puts the replacement character where bytes are not UTF-8: only then is a second look needed.
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

/** A launcher in Python that says `send(value)` finds out here why nobody understands it. */
function whyNoText(payload: Buffer): string {
  return isPickle(payload) ? PICKLED : 'is not UTF-8';
}

function badMessage(why: string, text: string, cause?: unknown): IpcError {
  const excerpt = text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}...` : text;
  return new IpcError('ERR_IPC_BAD_MESSAGE', `a message ${why}: ${JSON.stringify(excerpt)}`, { cause });
}
