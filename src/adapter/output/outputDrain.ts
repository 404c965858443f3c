import { setImmediate as turnOfLoop } from 'node:timers/promises';

/** The number of bytes beyond which both pipes have nothing left that was written before the program's end. */
const MOST_IN_PIPES_BYTES = 2 * 1024 * 1024;
/** The interval at which a sink that is behind is polled, in milliseconds. */
const LIMIT_POLL_MS = 20;

/** The output of a program that has ended. */
interface DrainingOutput {
  /** True while output that was read waits to be written. */
  isBehind(): boolean;
  /** The time since the last activity, in milliseconds. */
  quietMs(): number;
  /** The number of bytes that were written since the program's end. */
  bytes(): number;
}

/**
 * Settles when the output is complete: `closed` has settled, or nothing was read for `silenceMs` milliseconds, or
 * `limitMs` milliseconds have passed and everything that the program itself wrote has been written.
 */
export async function awaitDrained(
  output: DrainingOutput,
  closed: Promise<unknown>,
  { silenceMs, limitMs }: { readonly silenceMs: number; readonly limitMs: number },
): Promise<void> {
  const end = new AbortController();
  const waits = [awaitSilence(output, silenceMs, end.signal), awaitLimit(output, limitMs, end.signal)];
  await Promise.race([closed, ...waits]);
  end.abort();
}

async function awaitLimit(output: DrainingOutput, limitMs: number, signal: AbortSignal): Promise<void> {
  await interruptibleDelay(limitMs, signal);
  while (!signal.aborted && output.isBehind() && output.bytes() < MOST_IN_PIPES_BYTES) {
    await interruptibleDelay(LIMIT_POLL_MS, signal);
  }
}

async function awaitSilence(output: DrainingOutput, silenceMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const quietMs = output.isBehind() ? 0 : output.quietMs();
    if (quietMs >= silenceMs || signal.aborted) return;
    await interruptibleDelay(silenceMs - quietMs, signal);
    await turnOfLoop(); // Timers run before input: data that arrived while the loop was busy is read first.
  }
}

/** Waits, and stops waiting when the signal aborts. Never rejects. */
function interruptibleDelay(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
