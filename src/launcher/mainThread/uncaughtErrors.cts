/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/**
 * Reports the stacks of uncaught errors, before node prints them. Node reads `process.emit` for its event
 * `uncaughtExceptionMonitor`: at that moment a listener is added, which removes itself. So the program sees no listener
 * beside its own, and no frame in a stack.
 */

import util = require('node:util');
import callers = require('./consoleCalls/callerSite.cjs');

/** The script of node that emits the events of uncaught errors. */
const EMITTER = 'node:internal/process/execution';
const MONITOR = 'uncaughtExceptionMonitor';
/** Number of errors of one report: the error, its causes and the errors of an `AggregateError`. */
const MAX_ERRORS = 16;

const { isNativeError } = util.types;
const prependOnceListener = process.prependOnceListener as (
  event: string,
  listener: (error: unknown) => void,
) => NodeJS.Process;

/**
 * Creates a function to call whenever node, or the program, reads `process.emit`.
 *
 * @param report receives the stacks of one uncaught error, its causes included
 */
function onEmitRead(report: (stacks: string) => void): (reader: (...args: never[]) => unknown) => void {
  let isListening = false;
  const listener = (error: unknown): void => {
    isListening = false;
    try {
      report(stacksOf(error));
    } catch {
      // The stack is printed as it is.
    }
  };
  return (reader) => {
    if (isListening || callers.callerScript(reader) !== EMITTER) return;
    isListening = true;
    prependOnceListener.call(process, MONITOR, listener);
  };
}

function stacksOf(first: unknown): string {
  const errors = [first];
  let text = '';
  for (let at = 0; at < errors.length && at < MAX_ERRORS; at++) {
    const error = errors[at];
    if (!isNativeError(error)) continue;
    text += `${error.stack}\n`;
    errors[errors.length] = error.cause;
    const { errors: inner } = error as { errors?: unknown };
    if (Array.isArray(inner)) errors.push(...(inner as unknown[]).slice(0, MAX_ERRORS));
  }
  return text;
}

export = { onEmitRead };
