import { median } from '../statistics.mjs';
import { within } from '../within.mjs';

const WARM_UPS = 5;
const ONE_MS = 10_000;

/**
 * Measures the time to listen, connect, authenticate if required, and exchange the first message, between two
 * running processes.
 */
export const setUp = {
  title: 'connection set-up',
  measures: [{ key: 'medianMs', title: 'connection set-up to first message, median', unit: 'ms' }],
  skipped: { childProcess: 'its channel begins with the process' },
  async run({ peer, settings }) {
    await peer.startIdle();
    const times = [];
    for (let count = 0; count < WARM_UPS + settings.setUps; count += 1) times.push(await setUpOnce(peer));
    return { medianMs: median(times.slice(WARM_UPS)) };
  },
};

async function setUpOnce(peer) {
  const start = performance.now();
  let greeted;
  const greeting = new Promise((resolve) => (greeted = resolve));
  const channel = await peer.connectAgain(() => greeted());
  await within(greeting, ONE_MS, 'the first message');
  const elapsed = performance.now() - start;
  await channel.close();
  return elapsed;
}
