import type { Message } from '../../ipc/index.js';
import { toClientPositions } from '../translation/positions.js';
import type { ClientPositions } from '../translation/positions.js';

/** An event as the client gets it. */
export interface DapEvent {
  readonly event: string;
  readonly body?: Message;
}

/** The only thread there is: Node runs the program on one, and workers are not debugged. */
export const MAIN_THREAD_ID = 1;

type Mapping = (body: Message, positions: ClientPositions) => DapEvent | undefined;

function stopped(body: Message): DapEvent {
  return {
    event: 'stopped',
    body: { reason: 'pause', threadId: MAIN_THREAD_ID, allThreadsStopped: true, ...body },
  };
}

function continued(body: Message): DapEvent {
  return { event: 'continued', body: { threadId: MAIN_THREAD_ID, allThreadsContinued: true, ...body } };
}

function launcherError({ message }: Message): DapEvent | undefined {
  if (typeof message !== 'string') return undefined;
  return { event: 'output', body: { category: 'important', output: `Launcher: ${message}\n` } };
}

/**
 * One line for each event that has a meaning for the client. `exited` and `terminated` are missing on
 * purpose: how the program ended is taken from its process, which cannot be wrong about it, and told once
 * all output is out.
 */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  initialized: () => ({ event: 'initialized' }),
  stopped,
  continued,
  thread: (body) => ({ event: 'thread', body }),
  process: (body) => ({ event: 'process', body }),
  breakpoint: (body, positions) => ({
    event: 'breakpoint',
    body: toClientPositions(body, 'breakpoint', positions),
  }),
  loadedSource: (body) => ({ event: 'loadedSource', body }),
  output: (body, positions) =>
    typeof body.output === 'string'
      ? { event: 'output', body: toClientPositions({ body }, 'body', positions).body as Message }
      : undefined,
  error: launcherError,
};

/**
 * What the client is told of a launcher's event: undefined where that is nothing (the mirror events that
 * some launchers send beside their responses, for one). Pure.
 */
export function mapLauncherEvent(
  event: string,
  body: Message,
  positions: ClientPositions,
): DapEvent | undefined {
  return Object.hasOwn(MAPPINGS, event) ? MAPPINGS[event]?.(body, positions) : undefined;
}
