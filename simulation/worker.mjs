/*
 * A thread that runs seeds: its own clock and random numbers take the place of the real ones.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { VirtualClock } from './clock.mjs';
import { loadProduct } from './product.mjs';
import { World } from './world.mjs';

const REPORT_SEEDS = 200;

const { dist, seeds, from, every, until, isTraced } = workerData;
const clock = new VirtualClock();
const product = await loadProduct(new URL(dist));
clock.keepsStacks = isTraced;
if (!isTraced) Error.stackTraceLimit = 0;
clock.install();

let world;
process.on('unhandledRejection', (error) => world.fail('unhandled rejection', error));
process.on('uncaughtException', (error) => world.fail('uncaught exception', error));

const COUNTS = ['steps', 'virtualMs', 'messages', 'resumes'];
const done = { seeds: 0, hash: 0, steps: 0, virtualMs: 0, messages: 0, resumes: 0 };
for (let count = 0; count < seeds && Date.now() < until; count += 1) {
  const lines = [];
  const trace = isTraced ? (line) => lines.push(line) : undefined;
  world = new World(from + count * every, { product, clock, trace });
  const outcome = await world.run();
  for (const name of COUNTS) done[name] += outcome[name];
  done.seeds += 1;
  done.hash = (Math.imul(done.hash, 31) + outcome.hash) >>> 0;
  if (outcome.failure !== undefined || isTraced) {
    parentPort.postMessage({ ...done, outcome, lines });
    if (outcome.failure !== undefined) break;
  } else if (done.seeds % REPORT_SEEDS === 0) parentPort.postMessage(done);
}
parentPort.postMessage({ ...done, isLast: true });
// Nothing of the simulated processes may keep the thread alive, or hold it up.
process.exit(0);
