import { isRecord } from '../../ipc/index.js';
import type { EventEnvelope, Message } from '../../ipc/index.js';
import { pathMapping } from './pathMapping.js';
import type { PathMapping, SourceRoots } from './pathMapping.js';
import { ONE_BASED, shiftPositions, WHOLE } from './positions.js';
import type { ClientPositions } from './positions.js';

/** An event in DAP's form. */
export interface DapEvent {
  readonly event: string;
  readonly body?: Message;
}

/** The properties of a session that decide on the translation. */
export interface ViewOptions {
  /** Default: lines and columns start at 1. */
  readonly positions?: ClientPositions;
  /** Default: the ids of a new session. */
  readonly breakpointIds?: BreakpointIds;
  /** The directories of the sources on both sides. Default: the paths are the same for client and program. */
  readonly roots?: SourceRoots | undefined;
}

/** The id of the program's main thread. Launchers that know no threads leave `threadId` out. */
export const MAIN_THREAD_ID = 1;

/** The fields of request arguments that have positions, by command. */
const POSITIONS_IN_ARGUMENTS: Readonly<Record<string, string>> = {
  setBreakpoints: 'breakpoints',
  breakpointLocations: WHOLE,
  completions: WHOLE,
  gotoTargets: WHOLE,
  locations: WHOLE,
  stepInTargets: WHOLE,
};

/** The fields of bodies that have positions, by the command of the response or the name of the event. */
const POSITIONS_IN_BODY: Readonly<Record<string, string>> = {
  setBreakpoints: 'breakpoints',
  setFunctionBreakpoints: 'breakpoints',
  breakpointLocations: 'breakpoints',
  stackTrace: 'stackFrames',
  scopes: 'scopes',
  completions: 'targets',
  gotoTargets: 'targets',
  stepInTargets: 'targets',
  locations: WHOLE,
  breakpoint: 'breakpoint',
  output: WHOLE,
  consoleCalls: 'calls',
};

/** Makes the DAP event of a launcher's event, its body not translated yet. Undefined: the client gets nothing. */
type EventMapping = (body: Message) => DapEvent | undefined;

/**
 * The launcher's events that a client gets. `exited` and `terminated` are missing: the adapter sends them itself,
 * after all output, because it knows the end of the process for certain.
 */
const EVENTS: Readonly<Record<string, EventMapping>> = {
  initialized: () => ({ event: 'initialized' }),
  stopped: (body) => ({
    event: 'stopped',
    body: { reason: 'pause', threadId: MAIN_THREAD_ID, allThreadsStopped: true, ...body },
  }),
  continued: (body) => ({
    event: 'continued',
    body: { threadId: MAIN_THREAD_ID, allThreadsContinued: true, ...body },
  }),
  thread: (body) => ({ event: 'thread', body }),
  process: (body) => ({ event: 'process', body }),
  breakpoint: (body) => ({ event: 'breakpoint', body }),
  invalidated: (body) => ({ event: 'invalidated', body }),
  loadedSource: (body) => ({ event: 'loadedSource', body }),
  output: (body) => (typeof body.output === 'string' ? { event: 'output', body } : undefined),
  error: ({ message }) => {
    if (typeof message !== 'string') return undefined;
    return { event: 'output', body: { category: 'important', output: `Launcher: ${message}\n` } };
  },
};

/**
 * The one translation between a launcher's messages and a client's messages: positions, source paths, breakpoint
 * ids and events. Everything that passes between the two crosses `toLauncher` or `toClient` once.
 */
export class ClientView {
  private readonly positions: ClientPositions;
  private readonly breakpointIds: BreakpointIds;
  private readonly paths: PathMapping | undefined;
  private readonly isOneBased: boolean;

  constructor({ positions = ONE_BASED, breakpointIds = new BreakpointIds(), roots }: ViewOptions = {}) {
    this.positions = positions;
    this.breakpointIds = breakpointIds;
    this.paths = roots && pathMapping(roots);
    this.isOneBased = positions.linesStartAt1 && positions.columnsStartAt1;
  }

  /** Translates the arguments of a client's request. */
  toLauncher(command: string, args: Message): Message {
    const shifted = this.shift(POSITIONS_IN_ARGUMENTS, command, args, 1);
    return this.paths === undefined ? shifted : this.paths.toLauncher(shifted);
  }

  /** Translates the body of a launcher's response or event. @param name the command, or the event's name */
  toClient(name: string, body: Message): Message {
    const shifted = this.shift(POSITIONS_IN_BODY, name, body, -1);
    const moved = this.paths === undefined ? shifted : this.paths.toClient(shifted);
    if (name === 'completions') return withStartsFromZero(moved);
    return hasBreakpointIds(moved) ? this.breakpointIds.toClient(moved) : moved;
  }

  /** Translates a launcher's event. Undefined: the event has nothing for a client. */
  eventToClient({ event, body }: EventEnvelope): DapEvent | undefined {
    const mapped = Object.hasOwn(EVENTS, event) ? EVENTS[event]?.(body) : undefined;
    if (mapped?.body === undefined) return mapped;
    return { event: mapped.event, body: this.toClient(mapped.event, mapped.body) };
  }

  private shift(
    table: Readonly<Record<string, string>>,
    name: string,
    record: Message,
    direction: 1 | -1,
  ): Message {
    if (this.isOneBased || !Object.hasOwn(table, name)) return record;
    return shiftPositions(record, table[name] ?? WHOLE, this.positions, direction);
  }
}

/**
 * Counts the `start` of each completion from 0. DAP says that `columnsStartAt1` decides, but VS Code, nvim-dap,
 * vimspector and js-debug count it from 0 in any case; counted from 1, letters are doubled there.
 */
function withStartsFromZero(body: Message): Message {
  const { targets } = body;
  if (!Array.isArray(targets)) return body;
  return {
    ...body,
    targets: targets.map((target: unknown) => {
      return isRecord(target) && typeof target.start === 'number'
        ? { ...target, start: target.start - 1 }
        : target;
    }),
  };
}

function hasBreakpointIds({ breakpoints, breakpoint, hitBreakpointIds }: Message): boolean {
  return breakpoints !== undefined || breakpoint !== undefined || hitBreakpointIds !== undefined;
}

/**
 * The breakpoint ids that a client knows, for one session. Each launcher counts from 1. After a restart another
 * launcher serves the same session, so its ids are translated to the ids that the client has.
 */
export class BreakpointIds {
  private byLauncherId = new Map<number, number>();
  private last = 0;

  /** Forgets the ids of the launcher: another launcher serves the session from now on. */
  renew(): void {
    this.byLauncherId = new Map();
  }

  /** Replaces the client id `id` by `known`, the id under which the client knows that breakpoint. */
  rename(id: number, known: number): void {
    for (const [launcherId, clientId] of this.byLauncherId) {
      if (clientId === id) this.byLauncherId.set(launcherId, known);
    }
  }

  /** Translates the ids in the body of a response or of an event. */
  toClient(body: Message): Message {
    const { breakpoints, breakpoint, hitBreakpointIds } = body;
    return {
      ...body,
      ...(Array.isArray(breakpoints) && { breakpoints: breakpoints.map((one) => this.renumbered(one)) }),
      ...(isRecord(breakpoint) && { breakpoint: this.renumbered(breakpoint) }),
      ...(Array.isArray(hitBreakpointIds) && {
        hitBreakpointIds: hitBreakpointIds.map((id) => this.clientId(id)),
      }),
    };
  }

  private renumbered(breakpoint: unknown): unknown {
    if (!isRecord(breakpoint) || breakpoint.id === undefined) return breakpoint;
    return { ...breakpoint, id: this.clientId(breakpoint.id) };
  }

  /** Gives the launcher's id, or the next free id if the client knows another breakpoint by the launcher's id. */
  private clientId(id: unknown): unknown {
    if (typeof id !== 'number') return id;
    const known = this.byLauncherId.get(id);
    if (known !== undefined) return known;
    const fresh = id > this.last ? id : this.last + 1;
    this.last = fresh;
    this.byLauncherId.set(id, fresh);
    return fresh;
  }
}
