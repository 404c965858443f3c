import { setTimeout as delay } from 'node:timers/promises';
import { median } from './statistics.mjs';
import { within } from './within.mjs';

/** The program runs for so long before it is paused again, so that what it fills is full by then. */
const BETWEEN_PAUSES_MS = 300;
/** What a program leaves behind is read by then. */
const REST_MS = 10_000;

/**
 * Lets a program that stands still go on, pauses it and lets it go on, again and again, until it is over.
 *
 * @param {import('./dapClient.mjs').DapClient} client
 * @param {Promise<unknown>} over
 * @returns how long `pause` took to its response and to `stopped`: median and worst
 */
export async function pauseUntil(over, client) {
  const latencies = [];
  let ended = false;
  const end = over.then(() => (ended = true));
  // The last request may find the program over, before all that it wrote is read: it is refused, or never stops.
  const unlessOver = (work) => Promise.race([end.then(() => undefined), work.catch(overSoon(end))]);
  for (;;) {
    await unlessOver(client.request('continue', { threadId: 1 }));
    await Promise.race([end, delay(BETWEEN_PAUSES_MS)]);
    if (ended) return figures(latencies);
    const latency = await unlessOver(pauseOnce(client));
    if (latency === undefined) return figures(latencies);
    latencies.push(latency);
  }
}

/** A refusal is fine where the end is at hand, and an error where it is not. */
function overSoon(end) {
  return async (refusal) => {
    await within(end, REST_MS, `the end behind "${refusal.message}"`);
    return undefined;
  };
}

async function pauseOnce(client) {
  const stopped = client.event('stopped');
  const start = performance.now();
  await client.request('pause', { threadId: 1 });
  const pauseMs = performance.now() - start;
  await stopped;
  return { pauseMs, stoppedMs: performance.now() - start };
}

function figures(latencies) {
  if (latencies.length === 0) throw new Error('the program was over before it could be paused');
  const pauses = latencies.map(({ pauseMs }) => pauseMs);
  const stops = latencies.map(({ stoppedMs }) => stoppedMs);
  return {
    pauseMs: median(pauses),
    pauseWorstMs: Math.max(...pauses),
    stoppedMs: median(stops),
    stoppedWorstMs: Math.max(...stops),
  };
}
