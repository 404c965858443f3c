import { distUrl } from '../contenders/ours.mjs';
import { LimitDecoder } from '../contenders/limitLoop.mjs';
import { outputEvent } from '../messages.mjs';
import { cpuCostUs } from '../cpu.mjs';
import { FRESH_PAGES } from '../freshPages.mjs';
import { median } from '../statistics.mjs';

const FACTORS = [2, 4, 8, 64];
/**
 * Smaller work comes last, and counts come after sizes. Otherwise the freed memory would serve large buffers
 * without new pages.
 */
const CHUNKS = { read: 64 * 1024, segment: 1460, one: 1 };
const BASE_BYTES = 1024 * 1024;
const BASE_FRAMES = 10_000;
/** Chunks of one byte need a thousand times the calls, so less work is enough. */
const SCALES = { 1: 0.05 };
/** The smaller inputs are repeated, so that each sample has the same amount of work. */
const WORK = 64;
const SAMPLES = 3;

/**
 * Measures the decoder alone, in this process: growing frames, growing counts, chunks of several sizes. The
 * unit is processor time, which does not depend on the load of the machine.
 */
export const decoder = {
  title: 'decoder alone',
  maxRounds: 3,
  hostEnv: FRESH_PAGES,
  contenders: ['ours', 'limitLoop'],
  measures: [
    ...Object.entries(CHUNKS).map(([key, bytes]) => ({
      key: `perFrame_${key}`,
      title: `decoder alone, chunks of ${bytes} B: a frame`,
      unit: 'us',
    })),
    ...Object.entries(CHUNKS).flatMap(([key, bytes]) => [
      {
        key: `size_${key}`,
        title: `chunks of ${bytes} B: worst of 2x to 64x the size`,
        unit: 'x',
        plain: true,
      },
      {
        key: `count_${key}`,
        title: `chunks of ${bytes} B: worst of 2x to 64x the count`,
        unit: 'x',
        plain: true,
      },
    ]),
  ],
  async run({ contender }) {
    const tools = await decoderTools(contender);
    const chunks = Object.entries(CHUNKS);
    const sizes = chunks.map(([key, bytes]) => growingSize(tools, key, bytes));
    const counts = chunks.map(([key, bytes]) => growingCount(tools, key, bytes));
    return Object.assign({}, ...sizes, ...counts);
  },
};

/** Returns functions that create a stream of frames, and that decode it. */
async function decoderTools(contender) {
  const from = (path) => import(new URL(`ipc/framing/${path}.js`, distUrl()).href);
  const { FrameDecoder } = await from('frameDecoder');
  const framing = (await from('dpFrame')).dpFraming(1);
  const { FrameEncoder } = await from('frameEncoder');
  const ignore = () => undefined;
  const newDecoder = () =>
    contender === 'ours' ? new FrameDecoder(framing, Infinity, ignore) : new LimitDecoder(ignore);
  return { newDecoder, newEncoder: () => new FrameEncoder(framing, Infinity) };
}

function growingSize(tools, key, chunkBytes) {
  const bytes = BASE_BYTES * scaleOf(chunkBytes);
  const make = (factor) => stream(tools, ['x'.repeat(Math.round(bytes * factor))]);
  return { [`size_${key}`]: grow(tools, make, chunkBytes).worst };
}

function growingCount(tools, key, chunkBytes) {
  const frames = BASE_FRAMES * scaleOf(chunkBytes);
  const json = JSON.stringify(outputEvent(123_456));
  const make = (factor) => stream(tools, Array(frames * factor).fill(json));
  const { baseMs, worst } = grow(tools, make, chunkBytes);
  return { [`perFrame_${key}`]: (baseMs * 1000) / frames, [`count_${key}`]: worst };
}

function scaleOf(chunkBytes) {
  return SCALES[chunkBytes] ?? 1;
}

function stream({ newEncoder }, jsons) {
  const encoder = newEncoder();
  for (const json of jsons) encoder.append(json);
  return Buffer.concat(encoder.take());
}

/**
 * Returns the time of the smallest input, and the cost ratio of the growing inputs that is furthest from
 * proportional. The smallest input is measured again beside each other input, because the speed of the engine
 * and of the machine changes.
 */
function grow(tools, make, chunkBytes) {
  const base = make(1);
  const timeOf = (bytes, factor) => decodeMs(tools, bytes, chunkBytes, WORK / factor) / (WORK / factor);
  for (const factor of [WORK, 1]) timeOf(make(factor), factor);
  const bases = [];
  const shares = FACTORS.map((factor) => {
    const bytes = make(factor);
    const pairs = Array.from({ length: SAMPLES }, () => [timeOf(base, 1), timeOf(bytes, factor)]);
    bases.push(...pairs.map(([ms]) => ms));
    return median(pairs.map(([baseMs, ms]) => ms / (baseMs * factor)));
  });
  const worst = shares.reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a));
  return { baseMs: median(bases), worst };
}

function decodeMs({ newDecoder }, bytes, chunkBytes, repeats) {
  const decoder = newDecoder();
  const us = cpuCostUs(() => {
    for (let round = 0; round < repeats; round += 1) {
      for (let at = 0; at < bytes.length; at += chunkBytes) decoder.push(bytes.subarray(at, at + chunkBytes));
    }
  });
  return us / 1000;
}
