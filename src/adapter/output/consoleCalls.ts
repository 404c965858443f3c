import { isRecord, settlesWithin } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { ConsoleCall, OutputDetails } from './outputSplitter.js';
import { toClientPositions } from '../translation/positions.js';
import type { ClientPositions } from '../translation/positions.js';
import type { ProgramOutput } from './programOutput.js';

/** How long a launcher may take to tell of console calls, in milliseconds; then it is not asked again. */
const DESCRIBE_TIMEOUT_MS = 2_000;

/** How long the last that a launcher has told is waited for, in milliseconds. */
const LAST_CALLS_MS = 500;

/** As much of a launcher as telling of console calls takes. */
interface Describer {
  request(command: string, args?: Message, options?: { timeoutMs: number }): Promise<Message>;
  /** Settles when its last event has been passed on. */
  readonly ended: Promise<unknown>;
}

/** Passes what a launcher's event `consoleCalls` tells on to what carries the output. */
export function expectCalls(output: ProgramOutput, body: Message, positions: ClientPositions): void {
  const { calls } = toClientPositions(body, 'calls', positions);
  if (!Array.isArray(calls)) return;
  for (const call of calls as unknown[]) {
    if (!isRecord(call)) continue;
    const { category } = call;
    if (category === 'stdout' || category === 'stderr') output.expect?.(category, readCall(call));
  }
}

function readCall(call: Message): Omit<ConsoleCall, 'order'> {
  return {
    offset: Number(call.offset),
    length: Number(call.length),
    head: Buffer.from(String(call.head)),
    details: readDetails(call),
    depth: typeof call.depth === 'number' ? call.depth : undefined,
  };
}

function readDetails({ variablesReference, source, line, column, group }: Message): OutputDetails {
  const isGroup = group === 'start' || group === 'startCollapsed' || group === 'end';
  return {
    ...(isGroup && { group }),
    // Clients show the one or the other.
    ...(!isGroup && typeof variablesReference === 'number' && { variablesReference }),
    ...(isRecord(source) && typeof line === 'number' && { source, line }),
    ...(isRecord(source) && typeof column === 'number' && { column }),
  };
}

/** Has what carries the output, if it comes here, ask the launcher about it, as long as that answers. @returns whether it does */
export function askLauncher(output: ProgramOutput, launcher: Describer): boolean {
  output.askFirst?.(async () => {
    try {
      const { quietMs } = await launcher.request('describeOutput', {}, { timeoutMs: DESCRIBE_TIMEOUT_MS });
      return typeof quietMs === 'number' ? quietMs : 0;
    } catch {
      // Where it is its end, what it told last is on its way.
      await settlesWithin(launcher.ended, LAST_CALLS_MS);
      return undefined;
    }
  });
  return output.askFirst !== undefined;
}
