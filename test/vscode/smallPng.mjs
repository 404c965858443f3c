import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The place of the first chunk's data, and the bytes around the data of a chunk: length, type and checksum. */
const LENGTH_BYTES = 4;
const HEAD_BYTES = 8;
const AROUND_BYTES = 12;
const MAX_COLOURS = 256;

/** Makes a picture with 8 bits per channel one with 256 colours at most: the most frequent, and the nearest to the others. */
export function smallPng(png) {
  const { width, height, pixels } = decode(png);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, MAX_COLOURS)
    .map(([pixel]) => pixel);
  const indexes = new Map(palette.map((pixel, index) => [pixel, index]));
  const rows = Buffer.alloc(height * (width + 1));
  pixels.forEach((pixel, at) => {
    if (!indexes.has(pixel)) indexes.set(pixel, nearest(palette, pixel));
    // Each row begins with its filter, which is empty.
    rows[at + Math.floor(at / width) + 1] = indexes.get(pixel);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, with a palette.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap(channels));
  const data = deflateSync(rows, { level: 9 });
  const empty = Buffer.alloc(0);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', data),
    chunk('IEND', empty),
  ]);
}

function channels(pixel) {
  return [pixel >> 16, (pixel >> 8) & 0xff, pixel & 0xff];
}

function nearest(palette, pixel) {
  const wanted = channels(pixel);
  const distances = palette.map((colour) =>
    channels(colour).reduce((sum, value, at) => sum + (value - wanted[at]) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const around = [Buffer.alloc(LENGTH_BYTES), Buffer.alloc(LENGTH_BYTES)];
  around[0].writeUInt32BE(data.length);
  around[1].writeUInt32BE(crc32(named));
  return Buffer.concat([around[0], named, around[1]]);
}

/** Reads a picture of 8 bits per channel without transparency that matters. Pixels are 0xRRGGBB. */
function decode(png) {
  const parts = [];
  let width = 0;
  let height = 0;
  let bytes = 0;
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + LENGTH_BYTES, at + HEAD_BYTES);
    const data = png.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
    if (type === 'IHDR') {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      bytes = data[9] === 6 ? 4 : 3;
    }
    if (type === 'IDAT') parts.push(data);
    at += AROUND_BYTES + length;
  }
  return { width, height, pixels: unfilter(inflateSync(Buffer.concat(parts)), width, height, bytes) };
}

/** Undoes the filters of PNG, row by row. */
function unfilter(filtered, width, height, bytes) {
  const row = width * bytes;
  const whole = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const filter = filtered[y * (row + 1)];
    for (let x = 0; x < row; x += 1) {
      const left = x < bytes ? 0 : whole[y * row + x - bytes];
      const up = y === 0 ? 0 : whole[(y - 1) * row + x];
      const upLeft = x < bytes || y === 0 ? 0 : whole[(y - 1) * row + x - bytes];
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][filter];
      whole[y * row + x] = filtered[y * (row + 1) + 1 + x] + predicted;
    }
  }
  return Uint32Array.from({ length: width * height }, (_, at) => whole.readUIntBE(at * bytes, 3));
}

function paeth(left, up, upLeft) {
  const estimate = left + up - upLeft;
  const [byLeft, byUp, byUpLeft] = [left, up, upLeft].map((value) => Math.abs(estimate - value));
  if (byLeft <= byUp && byLeft <= byUpLeft) return left;
  return byUp <= byUpLeft ? up : upLeft;
}
