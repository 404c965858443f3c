import { cpuCostUs, cpuUs } from '../cpu.mjs';
import { FRESH_PAGES } from '../freshPages.mjs';
import { largeMessage } from '../messages.mjs';
import { median } from '../statistics.mjs';
import { receiveLarge } from './large.mjs';
import { receiveEvents } from './oneWay.mjs';
import { peerCpuUs } from './peerUsage.mjs';

const FACTORS = [2, 4, 8, 64];
const MIB = 1024 * 1024;
const BASE_EVENTS = 16_000;
const LONGEST_MS = 60_000;
/** Number of repetitions: small inputs take little time, so they are repeated. */
const REPEATS = { 1: 15, 2: 9, 4: 5, 8: 3, 64: 1 };
const TURN = 100;
const GROWING = {
  size: 'size (of 1 MiB)',
  json: 'size, by JSON and text alone, in one process',
  count: 'count (of 16,000 events)',
};

/**
 * Measures growing sizes and counts: each cost divided by the proportional cost of the smallest input. The
 * unit is processor time of both sides, which does not depend on the load of the machine.
 */
export const linearity = {
  title: 'linearity',
  maxRounds: 3,
  hostEnv: FRESH_PAGES,
  contenders: ['ours', 'limitLoop'],
  measures: Object.entries(GROWING).flatMap(([what, title]) =>
    FACTORS.map((factor) => ({
      key: `${what}${factor}`,
      title: `${factor}x the ${title}: cost over proportional`,
      unit: 'x',
      plain: true,
    })),
  ),
  async run({ peer, settings }) {
    const channel = await peer.open();
    await receiveEvents(peer, channel, { ms: settings.warmUpMs, turn: TURN });
    const events = (factor) =>
      receiveEvents(peer, channel, { ms: LONGEST_MS, turn: TURN, count: BASE_EVENTS * factor });
    const message = (factor) => receiveLarge(peer, channel, factor * MIB);
    const count = await shares((factor) => costUs(peer, channel, () => events(factor)));
    const size = await shares((factor) => costUs(peer, channel, () => message(factor)));
    const json = await shares((factor) => cpuCostUs(() => toBytesAndBack(factor * MIB)));
    return { ...named('count', count), ...named('size', size), ...named('json', json) };
  },
};

async function costUs(peer, channel, work) {
  const before = cpuUs() + (await peerCpuUs(peer, channel));
  await work();
  return cpuUs() + (await peerCpuUs(peer, channel)) - before;
}

/** Does the engine's own work for a message, which every contender has: value to text to bytes, and back. */
function toBytesAndBack(bytes) {
  JSON.parse(Buffer.from(JSON.stringify(largeMessage(bytes))).toString());
}

/**
 * Returns the cost ratios. The smallest input is measured again beside each other input, because the speed of
 * the engine and of the machine changes.
 */
async function shares(measure) {
  await repeated(1, measure);
  const found = [];
  for (const factor of FACTORS) {
    const base = await repeated(1, measure);
    found.push((await repeated(factor, measure)) / (base * factor));
  }
  return found;
}

async function repeated(factor, measure) {
  const costs = [];
  for (let round = 0; round < REPEATS[factor]; round += 1) costs.push(await measure(factor));
  return median(costs);
}

function named(what, values) {
  return Object.fromEntries(FACTORS.map((factor, index) => [`${what}${factor}`, values[index]]));
}
