#!/usr/bin/env node
/*
 * node docs/model/run.mjs [--only TEXT] [--trace]
 *
 * Checks the models of this folder with Spin: that each property holds in every state that can be reached, and that Spin
 * finds a fault in each mutant. --only runs the checks whose name has the text. --trace prints how a mutant fails. Exits
 * with 1 if a check does not end as expected, and with 2 if Spin or a C compiler is not installed.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { CHECKS } from './checks.mjs';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Deeper than any path of the models: a search that reaches it is incomplete, which is a failure. */
const MAX_DEPTH = 100_000;

const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, trace: { type: 'boolean', default: false } },
});

const compiler = await firstThatRuns(['cc', 'gcc', 'clang'], ['--version']);
const spin = await firstThatRuns(['spin'], ['-V']);
const missing = [
  ...(spin === undefined ? ['Spin (Debian: apt-get install spin)'] : []),
  ...(compiler === undefined ? ['a C compiler: cc, gcc or clang (Debian: apt-get install gcc)'] : []),
];
if (missing.length > 0) {
  console.error(`not installed: ${missing.join('; ')}`);
  process.exit(2);
}

let failures = 0;
for (const check of CHECKS.filter(({ name }) => name.includes(options.only))) {
  const began = performance.now();
  const outcome = await verify(check);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const isExpected = outcome.found === check.expectsFault && outcome.isComplete;
  if (!isExpected) failures += 1;
  const what = outcome.found ? 'fault found' : outcome.isComplete ? 'holds' : 'INCOMPLETE';
  const { states, depth } = outcome;
  console.log(
    `${isExpected ? 'ok  ' : 'FAIL'} ${check.name}: ${what}, ${states} states, depth ${depth}, ${seconds} s`,
  );
  if (outcome.trace !== undefined) console.log(outcome.trace);
}
if (failures > 0) console.error(`${failures} checks did not end as expected`);
process.exitCode = failures > 0 ? 1 : 0;

async function firstThatRuns(commands, args) {
  for (const command of commands) {
    const runs = await run(command, args).then(
      () => true,
      () => false,
    );
    if (runs) return command;
  }
  return undefined;
}

/** Runs one check, with its files in a directory of its own. */
async function verify({ model, defines, endStates }) {
  const cwd = mkdtempSync(join(tmpdir(), 'debug-adapter-ipc-model-'));
  const within = { cwd, maxBuffer: MAX_OUTPUT_BYTES };
  const source = join(FOLDER, `${model}.pml`);
  const definitions = defines.map((name) => `-D${name}`);
  try {
    await run(spin, [...definitions, '-a', source], within);
    await run(compiler, ['-O1', '-w', '-DSAFETY', '-DCOLLAPSE', '-o', 'pan', 'pan.c'], within);
    // -E: a side may wait for ever for a message that the attacker does not let through.
    const args = [`-m${MAX_DEPTH}`, '-w24', ...(endStates ? [] : ['-E'])];
    const { stdout } = await run(join(cwd, 'pan'), args, within).catch((failed) => failed);
    const outcome = readOutcome(stdout);
    if (outcome.found && options.trace) {
      outcome.trace = (await run(spin, [...definitions, '-t', '-p', '-g', source], within)).stdout;
    }
    return outcome;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function readOutcome(output) {
  const [, depth, errors] = /depth reached (\d+), errors: (\d+)/.exec(output) ?? [];
  const [, states] = /([\d.e+]+) states, stored/.exec(output) ?? [];
  if (states === undefined) throw new Error(`the search has not finished:\n${output}`);
  const found = errors !== '0';
  // Spin stops at the first fault. Without a fault, it has to have seen everything.
  const isComplete = found || !/max search depth too small|out of memory|not completed/i.test(output);
  return { states: Number(states), depth: Number(depth), found, isComplete };
}
