import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { settlesWithin } from '../../ipc/index.js';
import type { OrderedEvent, OrderedStream, OutputQueue } from './outputQueue.js';

/** The time without any progress after which an event does not wait any longer, in milliseconds. */
const IDLE_MS = 150;
/** The longest time for which a stop waits for the output before it, in milliseconds. */
const MOST_FOR_STOP_MS = 500;
/** The same for a line of output, which may also wait for a client that is behind. */
const MOST_FOR_LINE_MS = 2_000;

/** The output that events wait for. */
interface PrecedingOutput {
  /** The number of chunks that were read so far. */
  reads(): number;
  /** True while chunks that were read wait for their console calls. */
  isQuerying(): boolean;
  /** True while the client is behind. */
  isSinkFull(): boolean;
  /** Writes what may be written now, events included. */
  write(): void;
}

/**
 * Sends an event when the output before it is written. It does not wait for ever: text before it may be missing, or the
 * client may be behind.
 *
 * @param event.order its number in the order of the console calls
 * @param afterText true for a stop: the event also waits for the text that the streams have now
 */
export async function sendInOrder<S extends OrderedStream>(
  queue: OutputQueue<S>,
  { order, send }: Pick<OrderedEvent, 'order' | 'send'>,
  output: PrecedingOutput,
  afterText: boolean,
): Promise<void> {
  const deadline = performance.now() + (afterText ? MOST_FOR_STOP_MS : MOST_FOR_LINE_MS);
  const event = { order, isReady: false, send: (): void => undefined };
  const sent = new Promise<void>((resolve) => {
    event.send = () => {
      resolve();
      send();
    };
  });
  queue.pushEvent(event);
  if (afterText) await allRead(output, deadline);
  event.isReady = true;
  output.write();
  while (!(await settlesWithin(sent, IDLE_MS))) {
    const isMoving = !(await isIdle(output)) || (!afterText && output.isSinkFull());
    if (isMoving && performance.now() < deadline) continue;
    for (const late of queue.takeEvents(event)) late.send();
  }
}

/** Resolves when everything was read that the streams had when this was called, or at the deadline. */
async function allRead(output: PrecedingOutput, deadline: number): Promise<void> {
  while (!(await isIdle(output)) && performance.now() < deadline);
}

/** Returns true if nothing was read in one whole turn of the event loop: timers come before input. */
async function isIdle(output: PrecedingOutput): Promise<boolean> {
  const before = output.reads();
  await turnOfLoop();
  await turnOfLoop();
  return before === output.reads() && !output.isQuerying();
}
