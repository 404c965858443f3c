/** Longer than any step of the demo takes on a slow machine, in milliseconds. */
const DEADLINE_MS = 10_000;

/** The promise's result; rejects, saying what did not happen, if it does not come in time. */
export async function withDeadline<T>(
  what: string,
  promise: Promise<T>,
  timeoutMs = DEADLINE_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} did not happen within ${String(timeoutMs)} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
