import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Python's `multiprocessing.connection`. Both processes run Python, so this contender has a separate host
 * script.
 */
export const multiprocessing = {
  title: 'multiprocessing',
  host: { command: 'python3', args: [fileURLToPath(new URL('multiprocessingHost.py', import.meta.url))] },
  /** Returns the reason why it cannot be measured here, or nothing. */
  missing() {
    const { status } = spawnSync('python3', ['-c', 'import multiprocessing.connection'], { timeout: 10_000 });
    return status === 0 ? undefined : 'no python3 here';
  },
};
