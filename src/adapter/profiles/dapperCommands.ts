import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** Which fields of an object go over, and of the objects and lists of objects in it. */
interface Shape {
  readonly [field: string]: true | Shape;
}

/** A command that dapper's launcher has registered. */
interface DapperCommand {
  /** The arguments that it reads. */
  readonly takes: Shape;
  /** Its answer is an event, or does not come. */
  readonly unanswered?: true;
}

const BREAKPOINT: Shape = { condition: true, hitCondition: true };
const STEP: Shape = { threadId: true, granularity: true };
const FORMAT: Shape = { hex: true };

/** Whatever is inside the field is sent as it is. */
const WHOLE = true;

/** The commands that this adapter uses, with the arguments that dapper reads and no others. */
const COMMANDS: Readonly<Record<string, DapperCommand>> = {
  initialize: { takes: {} },
  launch: { takes: {} },
  setBreakpoints: {
    takes: { source: { path: true }, breakpoints: { line: true, ...BREAKPOINT, logMessage: true } },
  },
  setFunctionBreakpoints: { takes: { breakpoints: { name: true, ...BREAKPOINT, logMessage: true } } },
  setExceptionBreakpoints: { takes: { filters: WHOLE, filterOptions: { filterId: true, condition: true } } },
  setDataBreakpoints: { takes: { breakpoints: { dataId: true, accessType: true, ...BREAKPOINT } } },
  dataBreakpointInfo: { takes: { name: true, variablesReference: true } },
  breakpointLocations: { takes: { source: { path: true }, line: true, endLine: true } },
  configurationDone: { takes: {} },
  continue: { takes: { threadId: true } },
  next: { takes: STEP },
  stepIn: { takes: STEP },
  stepOut: { takes: STEP },
  pause: { takes: { threadId: true } },
  gotoTargets: { takes: { frameId: true, line: true } },
  goto: { takes: { threadId: true, targetId: true } },
  threads: { takes: {} },
  // Not startFrame and levels, which it heeds at times: the dialect takes the page out of the whole stack.
  stackTrace: { takes: { threadId: true } },
  scopes: { takes: { frameId: true } },
  variables: { takes: { variablesReference: true, format: FORMAT } },
  setVariable: { takes: { variablesReference: true, name: true, value: true } },
  evaluate: { takes: { expression: true, frameId: true, context: true, format: FORMAT } },
  setExpression: { takes: { expression: true, value: true, frameId: true }, unanswered: true },
  exceptionInfo: { takes: { threadId: true }, unanswered: true },
  source: { takes: { source: { path: true, sourceReference: true }, sourceReference: true } },
  modules: { takes: { startModule: true, moduleCount: true } },
  loadedSources: { takes: {}, unanswered: true },
  terminate: { takes: {} },
  hotReload: { takes: { path: true, options: WHOLE } },
  'dapper/agentSnapshot': { takes: { threadId: true, depth: true, maxVariables: true, justMyCode: true } },
  'dapper/agentEval': { takes: { expression: true, expressions: WHOLE, frameIndex: true } },
  'dapper/agentInspect': { takes: { expression: true, depth: true, maxItems: true, frameIndex: true } },
};

/** The requests among them that a launcher need not know. */
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

/** Whether the command's answer is an event, or does not come. */
export function isUnanswered(command: string): boolean {
  return commandOf(command)?.unanswered === true;
}

/** The arguments that dapper reads of those that a client gave. */
export function readableArguments(command: string, args: Message): Message {
  return pick(args, commandOf(command)?.takes ?? {});
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
