#!/usr/bin/env node
/*
 * node fuzz/run.mjs --seconds N [--target NAME] [--save] [--unguided]
 * node fuzz/run.mjs --target NAME --input FILE
 *
 * Runs the targets in turn, each for its share of N seconds (default 60), on the built package. Prints how
 * many inputs each one executed. A finding ends the run with exit code 1 and the path of an input that
 * reproduces it; --input runs such a file again. --save keeps inputs that reached new code in the corpus.
 * --unguided does not look which code was reached: there are more inputs in the same time.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { MAX_INPUT_BYTES } from './mutate.mjs';

const TARGETS = [
  'frameDecoder',
  'messageCodec',
  'listenerHandshake',
  'connectorHandshake',
  'multiprocessingHandshake',
  'launcherArguments',
  'clientDoor',
  'launcherDoor',
  'serverDoor',
  'rendezvousDoor',
];
/** Longest time for an input, even on a busy machine. */
const STUCK_MS = 60_000;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string' },
    input: { type: 'string' },
    save: { type: 'boolean', default: false },
    unguided: { type: 'boolean', default: false },
  },
});

const targets = options.target === undefined ? TARGETS : [options.target];
if (!TARGETS.includes(targets[0])) fail(`no target ${targets[0]}: there are ${TARGETS.join(', ')}`);
const seconds = Number(options.seconds);
if (!(seconds > 0)) fail(`--seconds ${options.seconds} is not a number above 0`);
if (options.input !== undefined && options.target === undefined) fail('--input needs --target');

let total = 0;
for (const target of targets) {
  const outcome = await runTarget(target, seconds / targets.length);
  const { executed, messages, corpus, reached } = outcome;
  total += messages;
  const made = messages === executed ? '' : ` made of ${executed} seeds`;
  console.log(
    `${target}: ${messages} inputs${made}, corpus ${corpus}, ${reached} characters of code reached`,
  );
  if (outcome.finding !== undefined) report(target, outcome.finding);
}
console.log(`total: ${total} inputs, no finding`);

/** Runs one target in a separate thread, so that an input that never returns is detected. */
function runTarget(target, budgetSeconds) {
  const current = new SharedArrayBuffer(8 + MAX_INPUT_BYTES);
  const input = options.input === undefined ? undefined : readFileSync(options.input);
  const worker = new Worker(new URL('engine.mjs', import.meta.url), {
    workerData: {
      target,
      seconds: budgetSeconds,
      save: options.save,
      unguided: options.unguided,
      input,
      current,
    },
  });
  return new Promise((resolve, reject) => {
    let seen = -1;
    const watch = setInterval(() => {
      const [count, length] = new Int32Array(current, 0, 2);
      if (count === seen) {
        settle(() => resolve(stuck(count, Buffer.from(current, 8, length))));
        void worker.terminate();
      }
      seen = count;
    }, STUCK_MS);
    const settle = (how) => {
      clearInterval(watch);
      how();
    };
    worker.once('message', (outcome) => settle(() => resolve(outcome)));
    worker.once('error', (error) => settle(() => reject(error)));
  });
}

function stuck(executed, input) {
  const finding = { input: Buffer.from(input), error: `no end within ${STUCK_MS} ms` };
  return { executed, messages: executed, corpus: '?', reached: '?', finding };
}

function report(target, { input, error }) {
  const folder = join(tmpdir(), 'debug-adapter-ipc-fuzz');
  mkdirSync(folder, { recursive: true });
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16);
  const path = join(folder, `${target}-${name}`);
  writeFileSync(path, input);
  fail(`finding in ${target}: ${error}\nreproduce: node fuzz/run.mjs --target ${target} --input ${path}`, 1);
}

function fail(why, code = 2) {
  console.error(why);
  process.exit(code);
}
