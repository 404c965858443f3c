import { Socket } from 'node:net';

/** Returns whether the memory of bytes may change once their write to a stream has succeeded. */
export function copiesWrites(stream: object): boolean {
  return stream instanceof Socket || ('copiesWrites' in stream && stream.copiesWrites === true);
}
