/*
 * The thread of one target: runs the corpus, then inputs that are derived from it, and keeps inputs that
 * reach new code.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { Coverage, merge, newIn, sizeOf } from './coverage.mjs';
import { MAX_INPUT_BYTES, mutate, random } from './mutate.mjs';

/** Reading the coverage takes milliseconds, so it is read after this time, not after each input. */
const BATCH_MS = 100;

const { target, seconds, save, unguided, input, current } = workerData;
const folder = new URL(`corpus/${target}/`, import.meta.url);
const { fuzz, dictionary, close } = await import(new URL(`targets/${target}.mjs`, import.meta.url));
const progress = new Int32Array(current, 0, 2);
const copy = Buffer.from(current, 8);
const coverage = unguided ? undefined : new Coverage();
const reached = new Map();
const pool = [];

let executed = 0;
/** Of targets that make several messages of one input, each counts. */
let messages = 0;
let finding;

if (input === undefined) await explore();
else await execute(Buffer.from(input));
await close?.();
parentPort.postMessage({ executed, messages, corpus: pool.length, reached: sizeOf(reached), finding });

async function execute(data) {
  // Copied so that the main thread can read the input if this call never returns.
  data.copy(copy);
  progress[1] = data.length;
  progress[0] += 1;
  executed += 1;
  try {
    messages += (await fuzz(data)) ?? 1;
  } catch (error) {
    finding ??= { input: data, error: error instanceof Error ? error.stack : String(error) };
  }
}

async function explore() {
  for (const name of readdirSync(folder)) {
    pool.push(readFileSync(new URL(name, folder)).subarray(0, MAX_INPUT_BYTES));
  }
  for (const data of pool) await execute(data);
  if (coverage !== undefined) merge(coverage.take(), reached);
  const below = random(Date.now());
  const deadline = performance.now() + seconds * 1000;
  while (finding === undefined && performance.now() < deadline) {
    const batch = await runBatch(below);
    if (coverage === undefined) continue;
    const isOver = () => finding !== undefined || performance.now() >= deadline;
    for (let fresh = newIn(coverage.take(), reached); fresh.length > 0 && !isOver();) {
      fresh = await keepOneOf(batch, fresh);
    }
  }
}

async function runBatch(below) {
  const batch = [];
  const until = performance.now() + BATCH_MS;
  while (finding === undefined && performance.now() < until) {
    const data = mutate(pool[below(pool.length)], pool, dictionary, below);
    batch.push(data);
    await execute(data);
  }
  return batch;
}

/**
 * Finds an input that reaches the first of the new places, by bisection.
 *
 * @returns the places that are still to be found
 */
async function keepOneOf(batch, [first, ...others]) {
  let suspects = batch;
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length >> 1);
    for (const data of half) await execute(data);
    suspects = ran(coverage.take(), first) ? half : suspects.slice(half.length);
  }
  await execute(suspects[0]);
  const maps = coverage.take();
  // Code that ran by chance (a timer, a cache) does not depend on the input: it is only marked as reached.
  if (ran(maps, first)) keep(suspects[0]);
  merge(maps, reached);
  merge(new Map([[first.url, singleton(first.at)]]), reached);
  return others.filter(({ url, at }) => reached.get(url)?.[at] !== 1);
}

function ran(maps, { url, at }) {
  return maps.get(url)?.[at] === 1;
}

function singleton(at) {
  const map = new Uint8Array(at + 1);
  map[at] = 1;
  return map;
}

function keep(data) {
  pool.push(data);
  if (!save) return;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  writeFileSync(new URL(name, folder), data);
}
