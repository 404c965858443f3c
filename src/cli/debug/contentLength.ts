const HEADER_END = '\r\n\r\n';
/** More than any header block of ours; what goes on longer is not DAP. */
const MAX_HEADER_BYTES = 1024;
/** Larger than any answer of an adapter; a longer one is refused before anything is allocated for it. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** One message as bytes: a Content-Length header, then JSON. */
export function encodeContentLength(message: object): Buffer {
  const body = JSON.stringify(message);
  return Buffer.from(`Content-Length: ${String(Buffer.byteLength(body))}${HEADER_END}${body}`);
}

/**
 * Bytes to message bodies, in whatever pieces they arrive. Linear in the bytes: a body's chunks are kept in
 * a list and joined once. Throws on a bad header; the stream cannot be read on after that.
 */
export class ContentLengthDecoder {
  private header: Buffer = NOTHING;
  private body: Buffer[] = [];
  /** Bytes of the body still to come; undefined while the header is read. */
  private missing: number | undefined;

  /** The bodies that this chunk completes, as text. */
  push(chunk: Buffer): string[] {
    const bodies: string[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.missing === undefined ? this.readHeader(rest) : this.readBody(rest, this.missing, bodies);
    }
    return bodies;
  }

  private readHeader(chunk: Buffer): Buffer {
    const seen = Buffer.concat([this.header, chunk.subarray(0, MAX_HEADER_BYTES)]);
    const end = seen.indexOf(HEADER_END);
    if (end < 0) return this.keepHeader(seen);
    const used = end + HEADER_END.length - this.header.length;
    this.header = NOTHING;
    this.missing = bodyLength(seen.toString('latin1', 0, end));
    return chunk.subarray(used);
  }

  private keepHeader(seen: Buffer): Buffer {
    if (seen.length >= MAX_HEADER_BYTES)
      throw new Error(`no end of a DAP header in ${excerpt(seen.toString())}`);
    this.header = seen;
    return NOTHING;
  }

  private readBody(chunk: Buffer, missing: number, bodies: string[]): Buffer {
    const part = chunk.subarray(0, missing);
    this.body.push(part);
    this.missing = missing - part.length;
    if (this.missing === 0) {
      bodies.push(Buffer.concat(this.body).toString('utf8'));
      this.body = [];
      this.missing = undefined;
    }
    return chunk.subarray(part.length);
  }
}

function bodyLength(header: string): number {
  const length = Number(/^content-length: *(\d{1,15}) *$/im.exec(header)?.[1] ?? Number.NaN);
  if (Number.isNaN(length) || length === 0)
    throw new Error(`no Content-Length in the DAP header ${excerpt(header)}`);
  if (length > MAX_BODY_BYTES) {
    throw new Error(
      `a DAP message of ${String(length)} bytes, more than the ${String(MAX_BODY_BYTES)} allowed`,
    );
  }
  return length;
}

function excerpt(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
