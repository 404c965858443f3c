import { setTimeout as delay } from 'node:timers/promises';
import { median } from './statistics.mjs';

/** The program runs for so long before it is paused again, so that what it fills is full by then. */
const BETWEEN_PAUSES_MS = 300;

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
  for (;;) {
    await client.request('continue', { threadId: 1 });
    await Promise.race([end, delay(BETWEEN_PAUSES_MS)]);
    if (ended) return figures(latencies);
    // The last one may find the program over: then it never stops.
    const latency = await Promise.race([end.then(() => undefined), pauseOnce(client)]);
    if (latency === undefined) return figures(latencies);
    latencies.push(latency);
  }
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
