/** Bytes that are enough to recognize a protocol by its beginning. */
const BEGINNING_BYTES = 8;

/** Beginnings of other protocols, as the user knows them, with the way out. The first that fits counts. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^Content-/i, 'a Content-Length header: give both ends the framing "content-length"'],
  [/^(?:GET|PUT|POST|HEAD|OPTIONS|DELETE|CONNECT) /, 'an HTTP request: a browser or a health check has come'],
  [/^HTTP\//, 'an HTTP response: a web server listens there'],
  [/^SSH-/, 'SSH: the address is that of an SSH server, and not of the tunnel'],
  [/^\x16\x03/, 'TLS: set "tls" at both ends or at neither'],
  [/^[{[]/, 'JSON without a header'],
  [/^[\t\n\r\x20-\x7e]{4}/, 'text, such as a line that was printed to the socket'],
];

/** Says what bytes that are no frame look like, as a sentence to add. Empty if they look like nothing known. */
export function likenessOf(source: Buffer, at: number): string {
  const beginning = source.toString('latin1', at, at + BEGINNING_BYTES);
  const [, likeness] = BEGINNINGS.find(([pattern]) => pattern.test(beginning)) ?? [];
  return likeness === undefined ? '' : `. It begins as ${likeness}`;
}
