/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/** Where in the program's own code a function was called from, by the call stack. */

/** A place in a script as V8 counts, from 1. */
interface CallerSite {
  /** The script's path or URL. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** How far up the stack the program's own code is looked for: console.assert and the like are between. */
const MAX_FRAMES = 4;

const { captureStackTrace } = Error;
const keepSites = (_error: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] => sites;

/**
 * The innermost frame below `below` that is not one of node's own; undefined where there is none near, and where
 * the program does not let stack traces be set up. What the program has set is as it was afterwards.
 */
function callerSite(below: (...args: never[]) => unknown): CallerSite | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = MAX_FRAMES;
    Error.prepareStackTrace = keepSites;
    captureStackTrace(holder, below);
    return siteOf(holder.stack ?? []);
  } catch {
    return undefined;
  } finally {
    restore(stackTraceLimit, prepareStackTrace);
  }
}

function restore(stackTraceLimit: number, prepareStackTrace: typeof Error.prepareStackTrace): void {
  try {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  } catch {
    // Frozen: then it was not changed either.
  }
}

function siteOf(sites: readonly NodeJS.CallSite[]): CallerSite | undefined {
  for (let at = 0; at < sites.length; at++) {
    const site = sites[at] as NodeJS.CallSite & { getScriptNameOrSourceURL(): string | null };
    const url = site.getScriptNameOrSourceURL();
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    if (typeof url !== 'string' || url === '' || url.startsWith('node:')) continue;
    if (line !== null && column !== null) return { url, line, column };
  }
  return undefined;
}

export = { callerSite };
//# sourceURL=node:debug-adapter-ipc/callerSite
