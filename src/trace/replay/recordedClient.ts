import { UsageError } from '../../commandLine/usageError.js';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { TraceEntry } from '../format/traceFormat.js';

/** The events of which a client waits for the next: others come as the program pleases. */
export const AWAITED_EVENTS: ReadonlySet<string> = new Set([
  'initialized',
  'stopped',
  'terminated',
  'exited',
]);

/** A request of the recorded client. */
export interface Step {
  readonly seq: number | string | undefined;
  readonly command: string;
  readonly arguments: Message | undefined;
  /** The steps before it that had their response by then, by their place. */
  readonly answered: readonly number[];
  /** How many events of each name had come by then, of those that a client waits for. */
  readonly events: Readonly<Record<string, number>>;
}

/** What a recorded client did and what it got. */
export interface RecordedClient {
  readonly steps: readonly Step[];
  /** The response to each step. Undefined: it is missing. */
  readonly responses: readonly (Message | undefined)[];
  /** The events that are waited for, in their order. */
  readonly events: readonly Message[];
}

/**
 * Finds the client in a recording: that of the first session in which a client sends `initialize`.
 *
 * @throws UsageError if no client is in the recording
 */
export function recordedClient(entries: Iterable<TraceEntry>): RecordedClient {
  const steps: Step[] = [];
  const responses: (Message | undefined)[] = [];
  const events: Message[] = [];
  const counts: Record<string, number> = {};
  let client: TraceEntry | undefined;
  for (const entry of entries) {
    const { kind, name = '', message } = entry;
    if (kind === 'request' && name === 'initialize' && message?.type === 'request') client ??= entry;
    if (client === undefined || message === undefined || !isSameLink(entry, client)) continue;
    const isFromClient = entry.direction === client.direction;
    if (isFromClient && kind === 'request') {
      const answered = steps.flatMap((_, at) => (responses[at] === undefined ? [] : [at]));
      const args = isRecord(message.arguments) ? message.arguments : undefined;
      steps.push({ seq: entry.seq, command: name, arguments: args, answered, events: { ...counts } });
    } else if (!isFromClient && kind === 'response') {
      const at = steps.findIndex(({ seq }) => seq === entry.of);
      if (at >= 0) responses[at] ??= message;
    } else if (!isFromClient && kind === 'event' && AWAITED_EVENTS.has(name)) {
      counts[name] = (counts[name] ?? 0) + 1;
      events.push(message);
    }
  }
  if (steps.length > 0) return { steps, responses, events };
  throw new UsageError('there is no client in this recording: none sends "initialize"');
}

function isSameLink(entry: TraceEntry, other: TraceEntry): boolean {
  return entry.session === other.session && entry.link === other.link && entry.side === other.side;
}
