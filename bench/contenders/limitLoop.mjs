import { HEADER_BYTES, readHeader, writeHeader } from './dpHeader.mjs';
import { endSocket, overUnixSocket } from './unixEndpoint.mjs';

/*
 * The yardstick: the least work that is possible. The frames of a turn are encoded into one shared buffer,
 * with one write and one promise for all of them. Texts are decoded directly from the chunk. It checks only
 * the magic bytes, has no limits, reports no errors, and does not release its resources at the end.
 */

const CHUNK_BYTES = 64 * 1024;
const MAX_BYTES_PER_UNIT = 3;

class LimitWriter {
  chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  start = 0;
  end = 0;
  full = [];
  batch = undefined;
  settle = undefined;

  constructor(socket) {
    this.socket = socket;
  }

  send(message) {
    const json = JSON.stringify(message);
    const room = HEADER_BYTES + json.length * MAX_BYTES_PER_UNIT;
    if (room > CHUNK_BYTES) this.appendLarge(json);
    else this.appendShared(json, room);
    return this.batch ?? this.beginBatch();
  }

  appendShared(json, room) {
    if (CHUNK_BYTES - this.end < room) this.nextChunk();
    const bytes = this.chunk.utf8Write(json, this.end + HEADER_BYTES);
    writeHeader(this.chunk, this.end, bytes);
    this.end += HEADER_BYTES + bytes;
  }

  appendLarge(json) {
    const bytes = Buffer.byteLength(json);
    const frame = Buffer.allocUnsafeSlow(HEADER_BYTES + bytes);
    writeHeader(frame, 0, bytes);
    frame.utf8Write(json, HEADER_BYTES);
    this.seal();
    this.full.push(frame);
  }

  nextChunk() {
    this.seal();
    this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.start = this.end = 0;
  }

  seal() {
    if (this.end > this.start) this.full.push(this.chunk.subarray(this.start, this.end));
    this.start = this.end;
  }

  beginBatch() {
    this.batch = new Promise((resolve) => (this.settle = resolve));
    process.nextTick(() => this.flush());
    return this.batch;
  }

  flush() {
    this.seal();
    const { full, settle } = this;
    this.full = [];
    this.batch = undefined;
    if (full.length > 1) this.socket.cork();
    full.forEach((buffer, index) =>
      this.socket.write(buffer, index === full.length - 1 ? settle : undefined),
    );
    if (full.length > 1) this.socket.uncork();
  }
}

/** Passes each payload as a range of a buffer: `deliver(buffer, start, end)`. */
export class LimitDecoder {
  /** Collects a frame that spans chunks. Before the header is complete, it holds the header alone. */
  frame = undefined;
  fill = 0;

  constructor(deliver) {
    this.deliver = deliver;
  }

  push(chunk) {
    let at = this.frame === undefined ? 0 : this.gather(chunk, 0);
    while (chunk.length - at >= HEADER_BYTES) {
      const start = at + HEADER_BYTES;
      const end = start + readHeader(chunk, at);
      if (end > chunk.length) break;
      this.deliver(chunk, start, end);
      at = end;
    }
    while (at < chunk.length) at = this.gather(chunk, at);
  }

  gather(chunk, at) {
    this.frame ??= Buffer.allocUnsafeSlow(HEADER_BYTES);
    const copied = chunk.copy(this.frame, this.fill, at);
    this.fill += copied;
    if (this.fill === this.frame.length) this.completed(this.frame);
    return this.frame === undefined ? at + copied : this.gatherRest(chunk, at + copied);
  }

  gatherRest(chunk, at) {
    return at < chunk.length ? this.gather(chunk, at) : at;
  }

  completed(frame) {
    if (frame.length === HEADER_BYTES) {
      this.frame = Buffer.allocUnsafeSlow(HEADER_BYTES + readHeader(frame, 0));
      frame.copy(this.frame);
      return;
    }
    this.frame = undefined;
    this.fill = 0;
    this.deliver(frame, HEADER_BYTES, frame.length);
  }
}

function open(socket, receive) {
  const writer = new LimitWriter(socket);
  const decoder = new LimitDecoder((buffer, start, end) => receive(JSON.parse(buffer.utf8Slice(start, end))));
  socket.on('data', (chunk) => {
    try {
      decoder.push(chunk);
    } catch {
      socket.destroy();
    }
  });
  const send = (message) => writer.send(message);
  return { send, sendAndWait: send, close: () => endSocket(socket) };
}

export const limitLoop = overUnixSocket('limit loop', open);
