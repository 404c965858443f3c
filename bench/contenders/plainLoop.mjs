import { HEADER_BYTES, readHeader, writeHeader } from './dpHeader.mjs';
import { endSocket, overUnixSocket } from './unixEndpoint.mjs';

/*
 * The usual hand-written loop: one buffer per frame, one cork per turn, a view for a payload inside a chunk,
 * and one copy for a payload that spans chunks. It has no limits, no states and almost no error handling.
 */

function encode(message) {
  const json = JSON.stringify(message);
  const bytes = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  writeHeader(frame, 0, bytes);
  frame.write(json, HEADER_BYTES);
  return frame;
}

class PlainDecoder {
  header = Buffer.alloc(HEADER_BYTES);
  headerFill = 0;
  payload = undefined;
  payloadFill = 0;

  constructor(receive) {
    this.receive = receive;
  }

  push(chunk) {
    let at = 0;
    while (at < chunk.length)
      at = this.payload === undefined ? this.takeHeader(chunk, at) : this.takePayload(chunk, at);
  }

  takeHeader(chunk, at) {
    const copied = chunk.copy(this.header, this.headerFill, at, at + HEADER_BYTES - this.headerFill);
    this.headerFill += copied;
    const start = at + copied;
    if (this.headerFill < HEADER_BYTES) return start;
    this.headerFill = 0;
    const bytes = readHeader(this.header, 0);
    if (start + bytes > chunk.length) {
      this.payload = Buffer.allocUnsafe(bytes);
      this.payloadFill = 0;
      return start;
    }
    this.deliver(chunk.subarray(start, start + bytes));
    return start + bytes;
  }

  takePayload(chunk, at) {
    const copied = chunk.copy(this.payload, this.payloadFill, at);
    this.payloadFill += copied;
    if (this.payloadFill === this.payload.length) {
      const { payload } = this;
      this.payload = undefined;
      this.deliver(payload);
    }
    return at + copied;
  }

  deliver(payload) {
    this.receive(JSON.parse(payload.toString()));
  }
}

function open(socket, receive) {
  const decoder = new PlainDecoder(receive);
  socket.on('data', (chunk) => {
    try {
      decoder.push(chunk);
    } catch {
      socket.destroy();
    }
  });
  let corked = false;
  const write = (message, written) => {
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    socket.write(encode(message), written);
  };
  return {
    send: (message) => write(message),
    sendAndWait: (message) => new Promise((resolve) => write(message, resolve)),
    close: () => endSocket(socket),
  };
}

export const plainLoop = overUnixSocket('plain loop', open);
