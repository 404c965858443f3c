import { isRecord, settlesWithin } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { ConsoleCall, OutputDetails } from './pieces.js';
import type { ProgramOutput } from './programOutput.js';

/** The time in which a launcher describes console calls, in milliseconds. After a timeout it is not asked again. */
const DESCRIBE_TIMEOUT_MS = 2_000;

/** The time that a launcher's last events are waited for, in milliseconds. */
const LAST_CALLS_MS = 500;

/** A connection to a launcher that describes console calls. */
interface Describer {
  request(command: string, args?: Message, options?: { timeoutMs: number }): Promise<Message>;
  /** Settles when the launcher's last event has been passed on. */
  readonly ended: Promise<unknown>;
}

/** Passes the console calls of a `consoleCalls` event on to the output. @param body the event's body in the client's terms */
export function expectCalls(output: ProgramOutput, body: Message): void {
  const { calls } = body;
  if (output.forwardCalls !== undefined) {
    output.forwardCalls(body);
    return;
  }
  if (!Array.isArray(calls)) return;
  for (const call of calls as unknown[]) {
    if (!isRecord(call)) continue;
    const { category, place, source, at } = call;
    if (typeof place === 'string' && isRecord(source) && typeof at === 'string') {
      if (typeof source.path === 'string') output.expectPlace?.(place, `${source.path}:${at}`);
      continue;
    }
    const read = readCall(call);
    if (read !== undefined && (category === 'stdout' || category === 'stderr'))
      output.expectCall?.(category, read);
  }
}

/** Reads a call. Undefined: it does not say where its text is, so the text is plain. */
function readCall(call: Message): Omit<ConsoleCall, 'order'> | undefined {
  const { offset, length, head, styled } = call;
  if (typeof length !== 'number' || typeof head !== 'string') return undefined;
  if (offset !== undefined && typeof offset !== 'number') return undefined;
  return {
    offset,
    length,
    head: Buffer.from(head),
    details: readDetails(call),
    depth: typeof call.depth === 'number' ? call.depth : undefined,
    ...(typeof styled === 'string' && { styled }),
  };
}

function readDetails({ variablesReference, source, line, column, group }: Message): OutputDetails {
  const isGroup = group === 'start' || group === 'startCollapsed' || group === 'end';
  return {
    ...(isGroup && { group }),
    // Clients show either a group or an expandable value.
    ...(!isGroup && typeof variablesReference === 'number' && { variablesReference }),
    ...(isRecord(source) && typeof line === 'number' && { source, line }),
    ...(isRecord(source) && typeof column === 'number' && { column }),
  };
}

/**
 * Makes the output ask the launcher for console calls, until the launcher fails to respond.
 *
 * @returns false if the launcher's output does not come to this process
 */
export function queryLauncher(output: ProgramOutput, launcher: Describer): boolean {
  output.addCallQuery?.(async () => {
    try {
      const { quietMs } = await launcher.request('describeOutput', {}, { timeoutMs: DESCRIBE_TIMEOUT_MS });
      return typeof quietMs === 'number' ? quietMs : 0;
    } catch {
      // If the launcher has ended, its last events may still be on their way.
      await settlesWithin(launcher.ended, LAST_CALLS_MS);
      return undefined;
    }
  });
  return output.addCallQuery !== undefined;
}
