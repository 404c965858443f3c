/**
 * Turns after which all that this process has to do is done: its streams, its promises, and both ends of a
 * connection inside it. Each turn asks the system for input.
 */
const MANY_TURNS = 100;

/** Lets the event loop turn, so that everything in this process that is ready happens. */
export async function turnsOfLoop(turns = MANY_TURNS): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** True if `promise` settles before the event loop has turned often; false if it waits for something else. */
export async function settlesSoon(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return await Promise.race([settled, turnsOfLoop().then(() => false)]);
}

/**
 * The value of `read` once it stays the same.
 *
 * @param step one chance for the value to change. By default the event loop turns, which is enough inside one
 *   process. For another process: a round trip to it
 */
export async function settledValue(
  read: () => number,
  step: () => Promise<unknown> = () => turnsOfLoop(1),
): Promise<number> {
  let value = read();
  for (let unchanged = 0; unchanged < MANY_TURNS; unchanged += 1) {
    await step();
    if (read() === value) continue;
    value = read();
    unchanged = 0;
  }
  return value;
}
