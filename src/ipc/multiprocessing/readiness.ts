import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { timerMs } from '../core/deferred.js';

/** The part of a `MessageStream` that is needed to wait for it. */
export interface Source {
  readonly isReady: boolean;
  watch(watcher: () => void): () => void;
}

/**
 * Waits until one of the sources is ready.
 *
 * @param timeoutMs in milliseconds: 0 or less checks once, `Infinity` waits without a limit
 * @returns true if a source is ready
 */
export async function readyWithin(sources: readonly Source[], timeoutMs: number): Promise<boolean> {
  const isReady = (): boolean => sources.some((source) => source.isReady);
  if (isReady()) return true;
  if (!(timeoutMs > 0)) {
    // Data in the kernel is read within one round of the event loop, but this turn may run after the reads of
    // its round.
    await turnOfLoop();
    await turnOfLoop();
    return isReady();
  }
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      for (const unwatch of watches) unwatch();
      resolve(isReady());
    };
    const watches = sources.map((source) =>
      source.watch(() => {
        if (source.isReady) settle();
      }),
    );
    const timer = timeoutMs === Infinity ? undefined : setTimeout(settle, timerMs(timeoutMs));
  });
}
