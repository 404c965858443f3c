import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { contentLengthFraming, encodeFrame, FrameDecoder, toError } from '../../ipc/index.js';

/** Longest message that is read, in bytes: no client has reason for one near it. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Stands between the client's bytes and the protocol server, and passes on whole messages, one a chunk.
 *
 * The server's own reader skips headers that it cannot read, without a word, takes what follows for
 * something else, and copies all that it holds for each chunk. Here a header is right or the stream ends
 * with an error.
 */
export class DapInput extends Transform {
  private readonly decoder = new FrameDecoder(contentLengthFraming, MAX_BODY_BYTES, (source, start, end) => {
    this.push(encodeFrame(contentLengthFraming, source.subarray(start, end)));
  });

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    done(errorOf(() => this.decoder.push(chunk), 'the client sent what is no DAP'));
  }

  override _flush(done: TransformCallback): void {
    done(errorOf(() => this.decoder.end(), 'the client went away in the middle of a message'));
  }
}

/** What the action throws, with what that means here; null where it does not throw. */
function errorOf(action: () => void, meaning: string): Error | null {
  try {
    action();
    return null;
  } catch (thrown) {
    const cause = toError(thrown);
    return new Error(`${meaning}: ${cause.message}`, { cause });
  }
}
