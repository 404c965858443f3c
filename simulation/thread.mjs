import { Worker } from 'node:worker_threads';

/**
 * Starts a thread that runs seeds of a build.
 *
 * @param dist URL of the build
 * @param options `from`, `every`, `seeds`, `until` (time) and `isTraced`, as worker.mjs reads them
 * @returns the thread, and its last report
 */
export function runSeeds(dist, options) {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: { ...options, dist } });
  const result = new Promise((resolve, reject) => {
    let last = {};
    worker.on('message', (message) => {
      last = { ...last, ...message };
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve(last));
  });
  return { worker, result };
}
