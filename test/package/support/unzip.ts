import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;

/** The files of a zip archive, by name. Enough for archives of our own: no zip64, no encryption. */
export function unzip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from(Uint32Array.of(END_OF_DIRECTORY).buffer));
  const count = archive.readUInt16LE(end + 10);
  const files = new Map<string, Buffer>();
  for (let at = archive.readUInt32LE(end + 16), left = count; left > 0; left -= 1) {
    const nameBytes = archive.readUInt16LE(at + 28);
    files.set(archive.toString('utf8', at + 46, at + 46 + nameBytes), contentOf(archive, at));
    at += 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

/** @param entry where the file's entry in the directory begins */
function contentOf(archive: Buffer, entry: number): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const packedBytes = archive.readUInt32LE(entry + 20);
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + packedBytes);
  return method === STORED ? packed : inflateRawSync(packed);
}
