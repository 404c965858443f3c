/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/* eslint-disable @typescript-eslint/unbound-method -- functions are kept as they are now: the program may replace them */
/**
 * Has the program's console tell what it is about to write, and from what values. The program must see no trace of
 * it: no byte of its output differs, no frame is in its stacks, and every function keeps its name and its form.
 *
 * Node itself has the function for that: `consoleCall`, by which its console calls the inspector's, calls one
 * function and then another with the same arguments, and is in no stack trace. What is put before the console's
 * methods notes the arguments; what is put before the one function through which all of them write notes the text.
 */

import callers = require('./callerSite.cjs');
import CallRecords = require('./callRecords.cjs');
import warnings = require('./withoutWarnings.cjs');
import type NoteRing = require('./recordRing.cjs');

type Ring = ReturnType<typeof NoteRing.createRing>;
type KeptCalls = InstanceType<typeof CallRecords>['kept'];
type AnyFunction = (...args: never[]) => unknown;
type ConsoleCall = (first: AnyFunction, second: AnyFunction, ...args: never[]) => void;

/** Every console method that writes by itself. The others write by these. */
const WRITING_METHODS = ['log', 'info', 'debug', 'dirxml', 'warn', 'error', 'dir'] as const;
/** What node calls the console's indentation: the second from Node 22 on. */
const INDENT_NAMES = ['kGroupIndent', 'kGroupIndentationString'];

const target = console as unknown as Record<PropertyKey, unknown>;
const { toString: sourceOf } = Function.prototype;

function keyOf(...names: string[]): symbol | undefined {
  return Object.getOwnPropertySymbols(target).find((key) => names.includes(key.description ?? ''));
}

/**
 * Puts the hook in. Where this node's console is made in another way, or a preloaded module of the program has
 * replaced it, nothing is changed.
 *
 * @param kept takes the arguments of the last calls
 */
function hookConsole(ring: Ring, kept: unknown[]): void {
  const write = keyOf('kWriteToConsole');
  const indent = keyOf(...INDENT_NAMES);
  const consoleCall = findConsoleCall();
  if (write === undefined || indent === undefined || consoleCall === undefined) return;
  if (!isNodes(write) || typeof target[indent] !== 'string') return;
  const notes = new CallRecords(ring, kept as KeptCalls, () => target[indent] as string);
  const before = (key: PropertyKey, note: AnyFunction): void => {
    if (isNodes(key)) callBefore(consoleCall, key, quietly(note));
  };
  for (const method of WRITING_METHODS) {
    before(method, (...args: unknown[]) => notes.begin(method === 'dir' ? [args[0]] : args));
  }
  before('group', (...label: unknown[]) => notes.beginGroup('start', label));
  before('groupCollapsed', (...label: unknown[]) => notes.beginGroup('startCollapsed', label));
  before('groupEnd', () => notes.endGroup());
  const noteText = quietly((stream: symbol, text: string) => {
    notes.write(stream.description === 'kUseStdout', text, () => callers.callerSite(noteText));
  });
  callBefore(consoleCall, write, noteText);
}

/** Whether it is node's own: what the program has put there is left as it is. */
function isNodes(key: PropertyKey): boolean {
  const value: unknown = Object.getOwnPropertyDescriptor(target, key)?.value;
  return typeof value === 'function' && sourceOf.call(value) === 'function () { [native code] }';
}

function callBefore(consoleCall: ConsoleCall, key: PropertyKey, note: AnyFunction): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  const original = descriptor?.value as AnyFunction;
  const both = consoleCall.bind(target, note, original);
  for (const name of ['name', 'length'] as const) {
    Object.defineProperty(both, name, { value: original[name], configurable: true });
  }
  Object.defineProperty(target, key, { ...descriptor, value: both });
}

/** What goes wrong with a note, a stack that is full say, is not the program's concern. */
function quietly(note: AnyFunction): AnyFunction {
  return (...args) => {
    try {
      note(...args);
    } catch {
      // This call is plain text.
    }
  };
}

/** Without the warning that node gives for asking, where it was started with `--pending-deprecation`. */
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
//# sourceURL=node:debug-adapter-ipc/consoleHook
