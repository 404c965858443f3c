import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** The fields of an object that are sent, nested for objects and lists of objects in it. */
interface Shape {
  readonly [field: string]: true | Shape;
}

/** A command that dapper's launcher has registered. */
interface DapperCommand {
  /** The arguments that dapper reads. */
  readonly reads: Shape;
  /** True: dapper answers with an event, or not at all. */
  readonly unanswered?: true;
}

const BREAKPOINT: Shape = { condition: true, hitCondition: true };
const STEP: Shape = { threadId: true, granularity: true };
const FORMAT: Shape = { hex: true };

/** Sends the whole value of a field. */
const WHOLE = true;

/** The commands that this adapter uses, with the arguments that dapper reads. */
const COMMANDS: Readonly<Record<string, DapperCommand>> = {
  initialize: { reads: {} },
  launch: { reads: {} },
  setBreakpoints: {
    reads: { source: { path: true }, breakpoints: { line: true, ...BREAKPOINT, logMessage: true } },
  },
  setFunctionBreakpoints: { reads: { breakpoints: { name: true, ...BREAKPOINT, logMessage: true } } },
  setExceptionBreakpoints: { reads: { filters: WHOLE, filterOptions: { filterId: true, condition: true } } },
  setDataBreakpoints: { reads: { breakpoints: { dataId: true, accessType: true, ...BREAKPOINT } } },
  dataBreakpointInfo: { reads: { name: true, variablesReference: true } },
  breakpointLocations: { reads: { source: { path: true }, line: true, endLine: true } },
  configurationDone: { reads: {} },
  continue: { reads: { threadId: true } },
  next: { reads: STEP },
  stepIn: { reads: STEP },
  stepOut: { reads: STEP },
  pause: { reads: { threadId: true } },
  gotoTargets: { reads: { frameId: true, line: true } },
  goto: { reads: { threadId: true, targetId: true } },
  threads: { reads: {} },
  // dapper does not always respect startFrame and levels: the dialect takes the page out of the whole stack.
  stackTrace: { reads: { threadId: true } },
  scopes: { reads: { frameId: true } },
  variables: { reads: { variablesReference: true, format: FORMAT } },
  setVariable: { reads: { variablesReference: true, name: true, value: true } },
  evaluate: { reads: { expression: true, frameId: true, context: true, format: FORMAT } },
  setExpression: { reads: { expression: true, value: true, frameId: true }, unanswered: true },
  exceptionInfo: { reads: { threadId: true }, unanswered: true },
  source: { reads: { source: { path: true, sourceReference: true }, sourceReference: true } },
  modules: { reads: { startModule: true, moduleCount: true } },
  loadedSources: { reads: {}, unanswered: true },
  terminate: { reads: {} },
  hotReload: { reads: { path: true, options: WHOLE } },
  'dapper/agentSnapshot': { reads: { threadId: true, depth: true, maxVariables: true, justMyCode: true } },
  'dapper/agentEval': { reads: { expression: true, expressions: WHOLE, frameIndex: true } },
  'dapper/agentInspect': { reads: { expression: true, depth: true, maxItems: true, frameIndex: true } },
};

/** The commands among them that not every launcher supports. */
export const OPTIONAL_COMMANDS = [
  'setFunctionBreakpoints',
  'setExceptionBreakpoints',
  'setDataBreakpoints',
  'dataBreakpointInfo',
  'breakpointLocations',
  'gotoTargets',
  'goto',
  'setVariable',
  'setExpression',
  'exceptionInfo',
  'source',
  'modules',
  'loadedSources',
  'hotReload',
  'dapper/agentSnapshot',
  'dapper/agentEval',
  'dapper/agentInspect',
] as const;

function commandOf(name: string): DapperCommand | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

/** True if dapper answers the command with an event, or not at all. */
export function isUnanswered(command: string): boolean {
  return commandOf(command)?.unanswered === true;
}

/** Selects the arguments that dapper reads from those of the client. */
export function readableArguments(command: string, args: Message): Message {
  return pick(args, commandOf(command)?.reads ?? {});
}

function pick(record: Message, shape: Shape): Message {
  const fields = Object.entries(record).filter(([name]) => Object.hasOwn(shape, name));
  return Object.fromEntries(fields.map(([name, value]) => [name, pickFrom(value, shape[name] ?? true)]));
}

function pickFrom(value: unknown, shape: true | Shape): unknown {
  if (shape === true) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => pickFrom(item, shape));
  return isRecord(value) ? pick(value, shape) : value;
}
