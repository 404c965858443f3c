import { guardedLogger, sweepPrivateDirectories } from '../../ipc/index.js';
import type { Logger } from '../../ipc/index.js';

/** The delay of the sweep, in milliseconds: the first launch has more urgent work. */
const SWEEP_DELAY_MS = 1_000;

/**
 * Removes, in the background, the directories that killed processes of this user have left.
 *
 * @returns a function that stops the sweep
 */
export function sweepLater(logger?: Logger): () => void {
  const aborter = new AbortController();
  const timer = setTimeout(() => void sweep(guardedLogger(logger), aborter.signal), SWEEP_DELAY_MS).unref();
  return () => {
    clearTimeout(timer);
    aborter.abort();
  };
}

async function sweep(logger: Logger, signal: AbortSignal): Promise<void> {
  const removed = await sweepPrivateDirectories({ signal });
  if (removed.length > 0) logger.info({ removed }, 'removed what killed processes have left');
}
