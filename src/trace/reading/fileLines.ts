import { isAscii } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FileProblem, readCheckedFileSync, withCheckedFileSync } from '../../ipc/index.js';

const CHUNK_BYTES = 1024 * 1024;
/** The longest line that is kept, in bytes. What is longer is no entry of a trace, and is skipped. */
const MAX_LINE = 64 * 1024 * 1024;
/** The most bytes that a compressed log may have, packed and unpacked. */
const MAX_PACKED_BYTES = 256 * 1024 * 1024;
const GZIP = [0x1f, 0x8b];
const NEWLINE = 0x0a;

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

/** Cuts bytes into lines. No character has the end of a line among its bytes, so that whole lines are decoded at once. */
export class LineSplitter {
  /** The beginning of a line whose end has not come. */
  private rest: Buffer[] = [];
  private restBytes = 0;

  push(bytes: Buffer): string[] {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.keep(bytes);
      return [];
    }
    const whole = bytes.subarray(0, end);
    const lines = decoded(this.restBytes === 0 ? whole : Buffer.concat([...this.rest, whole])).split('\n');
    this.drop();
    this.keep(bytes.subarray(end + 1));
    return lines;
  }

  end(): string[] {
    const last = decoded(Buffer.concat(this.rest));
    this.drop();
    return last === '' ? [] : [last];
  }

  /** Keeps a copy: the caller uses its bytes again. */
  private keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.rest.push(Buffer.from(bytes));
    this.restBytes += bytes.length;
    if (this.restBytes > MAX_LINE) this.drop();
  }

  private drop(): void {
    this.rest = [];
    this.restBytes = 0;
  }
}

/** Most traces are ASCII, which is decoded in a tenth of the time. */
function decoded(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
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
