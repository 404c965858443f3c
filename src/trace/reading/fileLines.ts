import { closeSync, openSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { StringDecoder } from 'node:string_decoder';
import { FileProblem, readCheckedFileSync, withCheckedFileSync } from '../../ipc/index.js';

const CHUNK_BYTES = 1024 * 1024;
/** The longest line that is kept, in UTF-16 units. What is longer is no entry of a trace, and is skipped. */
const MAX_LINE = 64 * 1024 * 1024;
/** The most bytes that a compressed log may have, packed and unpacked. */
const MAX_PACKED_BYTES = 256 * 1024 * 1024;
const GZIP = [0x1f, 0x8b];

/**
 * The lines of a text file, without keeping the file in memory. The last line counts if it has no end.
 *
 * @throws FileProblem for what is no regular file
 */
export function* fileLines(path: string): Generator<string> {
  if (isPacked(path)) {
    yield* unpacked(path).split('\n');
    return;
  }
  const lines = new LineSplitter();
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      yield* lines.push(chunk.subarray(0, length));
    }
    yield* lines.end();
  } finally {
    closeSync(file);
  }
}

/** Cuts bytes into lines. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  push(bytes: Buffer): string[] {
    const parts = this.decoder.write(bytes).split('\n');
    parts[0] = this.rest + (parts[0] ?? '');
    this.rest = parts.pop() ?? '';
    if (this.rest.length > MAX_LINE) this.rest = '';
    return parts;
  }

  end(): string[] {
    const last = this.rest + this.decoder.end();
    this.rest = '';
    return last === '' ? [] : [last];
  }
}

/** Opening a pipe would wait for its writer, so that the kind is looked at before. */
function isPacked(path: string): boolean {
  return withCheckedFileSync(path, {}, (file) => {
    const start = Buffer.alloc(GZIP.length);
    readSync(file, start, 0, GZIP.length, 0);
    return GZIP.every((byte, at) => start[at] === byte);
  });
}

function unpacked(path: string): string {
  const { bytes } = readCheckedFileSync(path, { maxBytes: MAX_PACKED_BYTES });
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_PACKED_BYTES }).toString('utf8');
  } catch (cause) {
    throw new FileProblem('cannot be unpacked', 'it is damaged, or too large', { cause });
  }
}
