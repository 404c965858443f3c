/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/**
 * Hooks the program's console, so that it records each text before it is written, and the values in it. The
 * program must see no trace of this: no byte of its output differs, no frame is added to its stacks, and each
 * function keeps its name and its length.
 *
 * Node has a function for this: `consoleCall`, by which its console also calls the inspector's console. It
 * calls two functions in turn with the same arguments, and is in no stack trace. A hook before each console
 * method records the arguments. A hook before the one function by which all methods write records the text.
 */

import callers = require('./callerSite.cjs');
import CallRecords = require('./callRecords.cjs');
import warnings = require('../nodeBindings/withoutWarnings.cjs');
import type RecordRing = require('./recordRing.cjs');

type Ring = ReturnType<typeof RecordRing.createRing>;
type KeptCalls = InstanceType<typeof CallRecords>['kept'];
type AnyFunction = (...args: never[]) => unknown;
type ConsoleCall = (first: AnyFunction, second: AnyFunction, ...args: never[]) => void;

/** The console methods that write by themselves. All other methods write by these. */
const WRITING_METHODS = ['log', 'info', 'debug', 'dirxml', 'warn', 'error', 'dir'] as const;
/** Names of the console's property that holds the indentation: the second from Node 22 on. */
const INDENT_NAMES = ['kGroupIndent', 'kGroupIndentationString'];

const target = console as unknown as Record<PropertyKey, unknown>;
const { toString: sourceOf } = Function.prototype;

function keyOf(...names: string[]): symbol | undefined {
  return Object.getOwnPropertySymbols(target).find((key) => names.includes(key.description ?? ''));
}

/**
 * Installs the hook. Changes nothing if this node's console is built differently, or if a preloaded module of
 * the program has replaced it.
 *
 * @param kept receives the arguments of the latest calls
 * @returns records the stack of an error that node is about to print; undefined if nothing was changed
 */
function hookConsole(ring: Ring, kept: unknown[]): ((stack: string) => void) | undefined {
  const write = keyOf('kWriteToConsole');
  const indent = keyOf(...INDENT_NAMES);
  const consoleCall = findConsoleCall();
  if (write === undefined || indent === undefined || consoleCall === undefined) return undefined;
  if (!isNodeFunction(write) || typeof target[indent] !== 'string') return undefined;
  const records = new CallRecords(ring, kept as KeptCalls, () => target[indent] as string);
  const before = (key: PropertyKey, record: AnyFunction): void => {
    if (isNodeFunction(key)) callBefore(consoleCall, key, quietly(record));
  };
  for (const method of WRITING_METHODS) {
    before(method, (...args: unknown[]) => records.startCall(method === 'dir' ? [args[0]] : args));
  }
  before('group', (...label: unknown[]) => records.startGroup('start', label));
  before('groupCollapsed', (...label: unknown[]) => records.startGroup('startCollapsed', label));
  before('groupEnd', () => records.endGroup());
  const recordText = quietly((stream: symbol, text: string) => {
    records.recordText(stream.description === 'kUseStdout', text, () => callers.callerSite(recordText));
  });
  callBefore(consoleCall, write, recordText);
  return (stack) => records.recordStack(stack);
}

/** True if the property is node's own function. A function of the program is left as it is. */
function isNodeFunction(key: PropertyKey): boolean {
  const value: unknown = Object.getOwnPropertyDescriptor(target, key)?.value;
  return typeof value === 'function' && sourceOf.call(value) === 'function () { [native code] }';
}

function callBefore(consoleCall: ConsoleCall, key: PropertyKey, record: AnyFunction): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  const original = descriptor?.value as AnyFunction;
  const both = consoleCall.bind(target, record, original);
  for (const name of ['name', 'length'] as const) {
    Object.defineProperty(both, name, { value: original[name], configurable: true });
  }
  Object.defineProperty(target, key, { ...descriptor, value: both });
}

/** Wraps `record` so that its errors, such as a full stack, do not reach the program. */
function quietly(record: AnyFunction): AnyFunction {
  return (...args) => {
    try {
      record(...args);
    } catch {
      // The text of this call stays plain text.
    }
  };
}

/** Returns `consoleCall`, without the warning that node prints for this under `--pending-deprecation`. */
function findConsoleCall(): ConsoleCall | undefined {
  const internals = process as unknown as { binding: (name: string) => { consoleCall?: unknown } };
  try {
    const { consoleCall } = warnings.withoutWarnings(() => internals.binding('inspector'));
    return typeof consoleCall === 'function' ? (consoleCall as ConsoleCall) : undefined;
  } catch {
    return undefined;
  }
}

export = { hookConsole };
