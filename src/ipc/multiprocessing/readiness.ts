import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { timerMs } from '../core/deferred.js';

/** What can be waited for: as much of a `MessageStream` as that takes. */
export interface Source {
  readonly isReady: boolean;
  watch(watcher: () => void): () => void;
}

/**
 * Waits until one of the sources is ready.
 *
 * @param timeoutMs in milliseconds: 0 or less looks once, `Infinity` waits until one is
 * @returns whether one is
 */
export async function readyWithin(sources: readonly Source[], timeoutMs: number): Promise<boolean> {
  const isReady = (): boolean => sources.some((source) => source.isReady);
  if (isReady()) return true;
  if (!(timeoutMs > 0)) {
    // What the kernel has already is here one round of the event loop later; a turn may begin behind its reads.
    await turnOfLoop();
    await turnOfLoop();
    return isReady();
  }
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      for (const forget of watches) forget();
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
