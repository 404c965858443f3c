import { SLOWNESS } from './slowness.js';

/**
 * Deadline of a wait, in milliseconds: shorter than the test's own, so that the failure has a name. Processes of Windows
 * take longer to start.
 */
export const WAIT_MS = process.platform === 'win32' ? 20_000 : 5_000;

/**
 * Waits for a promise, up to a deadline.
 *
 * @param what names the event for the error, which is thrown at the deadline. A function is called then
 */
export async function within<T>(
  promise: Promise<T>,
  what: string | (() => string),
  timeoutMs = WAIT_MS,
): Promise<T> {
  const deadlineMs = timeoutMs * SLOWNESS;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    // The deadline.
    timer = setTimeout(() => {
      const event = typeof what === 'string' ? what : what();
      reject(new Error(`did not happen within ${deadlineMs} ms: ${event}`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** The time between two checks of a condition, in milliseconds, so that a wait leaves the processor to others. */
const CHECK_MS = 2;

/**
 * Waits until `condition` is true. @throws at the deadline
 *
 * @param checkMs the time between two checks: longer for a condition that costs much
 */
export async function eventually(
  condition: () => boolean,
  what: string,
  timeoutMs = WAIT_MS,
  checkMs = CHECK_MS,
): Promise<void> {
  const deadlineMs = timeoutMs * SLOWNESS;
  const deadline = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${deadlineMs} ms: ${what}`);
    // The pace of the checks.
    await new Promise((resolve) => setTimeout(resolve, checkMs));
  }
}
