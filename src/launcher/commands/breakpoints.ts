import type { CommandHandler } from './commandHandler.js';
import {
  readBreakpoints,
  readExceptionFilters,
  readFunctionBreakpoints,
  readLocationRange,
} from './readBreakpoints.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

/** Replaces the breakpoints of a file. */
export const setBreakpoints: CommandHandler = async (context, args) => {
  const { source, requests } = readBreakpoints(args);
  return { body: { breakpoints: await requireDebugger(context).breakpoints.replace(source, requests) } };
};

/** Replaces the breakpoints of functions. */
export const setFunctionBreakpoints: CommandHandler = async (context, args) => {
  const requests = readFunctionBreakpoints(args);
  return { body: { breakpoints: await requireDebugger(context).breakpoints.replaceFunctions(requests) } };
};

/** Replaces the exception filters. */
export const setExceptionBreakpoints: CommandHandler = async (context, args) => {
  const requests = readExceptionFilters(args);
  return { body: { breakpoints: await requireDebugger(context).exceptions.replace(requests) } };
};

/** Returns the places in a range of lines where a breakpoint is possible. */
export const breakpointLocations: CommandHandler = async (context, args) => {
  const { source, range } = readLocationRange(args);
  return { body: { breakpoints: await requireDebugger(context).breakpointLocations(source.path, range) } };
};

/** Returns the exception at which a thread has stopped. */
export const exceptionInfo: CommandHandler = async (context, args) => ({
  body: await threadOf(context, args).exceptionInfo(),
});
