#!/usr/bin/env node
/*
 * npm run simulate -- --seconds N [--workers N] [--from SEED]
 * npm run simulate -- --seed SEED [--trace]
 * npm run simulate -- --faults [--only TEXT]
 *
 * Runs whole sessions of the built package in a simulated network with a simulated clock: in each thread one seed after
 * the other, for N seconds (default 60). Everything in a session follows from its seed. A violation ends the run with
 * exit code 1 and the seed, which --seed runs again: twice, to show that the traces are the same. --trace prints it.
 * --faults plants the faults of faults.mjs into copies of the build, one each, and prints how many seeds it takes to find it.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { plantAll } from './planting.mjs';
import { runSeeds } from './thread.mjs';

const MS_PER_DAY = 86_400_000;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seeds: { type: 'string', default: 'Infinity' },
    workers: { type: 'string', default: String(availableParallelism()) },
    from: { type: 'string' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    dist: { type: 'string', default: new URL('../dist/', import.meta.url).href },
  },
});

if (options.faults) process.exitCode = (await plantAll(options.dist, options.only)) ? 0 : 1;
else if (options.seed === undefined) await explore();
else await replay(Number(options.seed));

async function explore() {
  const from = options.from === undefined ? Date.now() % 2 ** 31 : Number(options.from);
  const every = Number(options.workers);
  const until = Date.now() + Number(options.seconds) * 1000;
  const began = Date.now();
  const workers = Array.from({ length: every }, (_, index) => {
    return runSeeds(options.dist, {
      seeds: Number(options.seeds) / every,
      from: from + index,
      every,
      until,
      isTraced: false,
    });
  });
  const results = await Promise.all(
    workers.map(({ result }) =>
      result.then((outcome) => {
        if (outcome.outcome?.failure !== undefined) for (const { worker } of workers) void worker.terminate();
        return outcome;
      }),
    ),
  );
  const sum = (name) => results.reduce((total, result) => total + (result[name] ?? 0), 0);
  const seconds = (Date.now() - began) / 1000;
  const days = (sum('virtualMs') / MS_PER_DAY).toFixed(1);
  console.log(
    `${sum('seeds')} seeds from ${from}, ${sum('steps')} steps, ${sum('messages')} messages received, ` +
      `${sum('resumes')} resumes, ${days} simulated days, in ${seconds.toFixed(1)} s`,
  );
  const failed = results.find(({ outcome }) => outcome?.failure !== undefined);
  if (failed === undefined) return;
  const { seed, failure } = failed.outcome;
  console.error(`seed ${seed}: ${failure}\nagain: npm run simulate -- --seed ${seed} --trace`);
  process.exitCode = 1;
}

async function replay(seed) {
  const traces = [];
  for (let count = 0; count < 2; count += 1) {
    const { outcome, lines } = await runSeeds(options.dist, {
      seeds: 1,
      from: seed,
      every: 1,
      until: Infinity,
      isTraced: true,
    }).result;
    traces.push({ outcome, text: lines.join('\n') });
  }
  const [{ outcome, text }, second] = traces;
  if (options.trace) console.log(text);
  console.log(
    `seed ${seed}: ${outcome.steps} steps, trace ${outcome.hash.toString(16)}, ${outcome.failure ?? 'no violation'}`,
  );
  if (second.text !== text)
    console.error('the second run had another trace: the simulation is not deterministic');
  if (second.text !== text || outcome.failure !== undefined) process.exitCode = 1;
}
