import { setTimeout as delay } from 'node:timers/promises';
import { median } from './statistics.mjs';
import { within } from './within.mjs';

/** Time for which the program runs before it is paused again, so that its output buffers are full by then. */
const BETWEEN_PAUSES_MS = 300;
/** Longest time to read the remaining output of a program that has ended. */
const REST_MS = 10_000;

/**
 * Repeatedly continues a paused program and pauses it again, until the program ends.
 *
 * @param {import('./dapClient.mjs').DapClient} client
 * @param {Promise<unknown>} over
 * @returns the times from `pause` to its response and to `stopped`: median and maximum
 */
export async function pauseUntil(over, client) {
  const latencies = [];
  let ended = false;
  const end = over.then(() => (ended = true));
  // The program may have ended before its output is read completely. The last request is then refused, or no
  // stop follows.
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

/** Accepts a refusal if the end follows soon. Otherwise the refusal is an error. */
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
