/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/** Finds the place in the program's own code that called a function, from the call stack. */

/** A place in a script. Line and column count from 1, as in V8. */
interface CallerSite {
  /** The script's path or URL. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Number of stack frames that are searched for the program's own code: functions such as console.assert are
 * in between.
 */
const MAX_FRAMES = 4;

const { captureStackTrace } = Error;
const keepSites = (_error: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] => sites;

/**
 * Returns the innermost frame below `below` that is not one of node's. Undefined if no such frame is within
 * {@link MAX_FRAMES}, or if the program does not allow changes to how stack traces are made. Restores the
 * program's settings afterwards.
 */
function callerSite(below: (...args: never[]) => unknown): CallerSite | undefined {
  return siteOf(sitesBelow(below, MAX_FRAMES));
}

/** Returns the name of the script that called `below`, also if that script is one of node's. */
function callerScript(below: (...args: never[]) => unknown): string | undefined {
  return sitesBelow(below, 1)[0]?.getFileName() ?? undefined;
}

/** Returns the innermost frames below `below`; none if the program does not allow changes to stack traces. */
function sitesBelow(below: (...args: never[]) => unknown, limit: number): readonly NodeJS.CallSite[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = keepSites;
    captureStackTrace(holder, below);
    return holder.stack ?? [];
  } catch {
    return [];
  } finally {
    restore(stackTraceLimit, prepareStackTrace);
  }
}

function restore(stackTraceLimit: number, prepareStackTrace: typeof Error.prepareStackTrace): void {
  try {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  } catch {
    // `Error` is frozen, so the settings were not changed.
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

export = { callerScript, callerSite };
