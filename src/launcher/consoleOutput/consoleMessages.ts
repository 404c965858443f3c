import type { Runtime } from 'node:inspector';
import { formatWithOptions, inspect } from 'node:util';
import type { SourceLocations } from '../debugger/sources/sourceLocations.js';
import { formatValue } from '../debugger/formatting/valueFormat.js';
import type { ConsoleCall, ThreadDebugger } from '../debugger/threadDebugger.js';
import { styledText } from './styledText.js';

/** The calls that write to stderr, by V8's names. All others write to stdout. */
const STDERR_CALLS: ReadonlySet<string> = new Set(['error', 'warning', 'assert', 'trace']);
/** The groups of DAP by V8's names of the calls. */
const GROUPS: Readonly<Record<string, string>> = {
  startGroup: 'start',
  startGroupCollapsed: 'startCollapsed',
  endGroup: 'end',
};
/** The only value of a number that is written with a sign and equals one without. */
const NUMBERS: Readonly<Record<string, number>> = { '-0': -0, NaN, Infinity, '-Infinity': -Infinity };

/**
 * Describes a console call of a program of another process as the body of an `output` event.
 *
 * @param call as V8 reports it
 * @param how translates the stacks in the text, and says if the client shows codes for terminals
 * @returns undefined if the call shows nothing, as `console.clear()` and the end of a profile
 */
export function describeConsoleCall(
  call: ConsoleCall,
  thread: ThreadDebugger,
  how: { readonly locations: Pick<SourceLocations, 'translateStack'>; readonly hasStyles: boolean },
): object | undefined {
  if (call.type === 'clear' || call.type.startsWith('profile')) return undefined;
  const group = GROUPS[call.type];
  const styled =
    how.hasStyles && call.args.every(isPrimitive) ? styledText(call.args.map(toPrintable)) : undefined;
  const text = styled ?? how.locations.translateStack(textOf(call));
  return {
    category: STDERR_CALLS.has(call.type) ? 'stderr' : 'stdout',
    output: call.type === 'endGroup' ? '' : `${text}\n`,
    ...(group !== undefined && { group }),
    ...placeOf(call, thread),
    ...valuesOf(call, thread),
  };
}

function isPrimitive({ objectId, type }: Runtime.RemoteObject): boolean {
  return objectId === undefined && type !== 'symbol';
}

function textOf({ type, args }: ConsoleCall): string {
  const text = formatWithOptions({ colors: false }, ...args.map(toPrintable));
  if (type === 'assert') return text === '' ? 'Assertion failed' : `Assertion failed: ${text}`;
  return type === 'trace' ? `Trace: ${text}` : text;
}

/** Makes a value that `util.format` shows as node's console would have shown the program's value. */
function toPrintable(value: Runtime.RemoteObject): unknown {
  const { type, subtype, unserializableValue, description } = value;
  if (type === 'string' || type === 'boolean') return value.value;
  if (type === 'undefined') return undefined;
  if (subtype === 'null') return null;
  if (type === 'number') {
    return unserializableValue === undefined ? value.value : NUMBERS[unserializableValue];
  }
  if (type === 'bigint') return BigInt(unserializableValue?.slice(0, -1) ?? 0);
  const text = subtype === 'error' ? (description ?? 'Error') : formatValue(value);
  return { [inspect.custom]: () => text };
}

function placeOf({ stackTrace }: ConsoleCall, thread: ThreadDebugger): object {
  const frame = stackTrace?.callFrames.find(({ url }) => !url.startsWith('node:'));
  if (frame === undefined) return {};
  const { source, line, column } = thread.placeOf(frame);
  return { source, line, column };
}

/** The values of the call, for clients that let the user expand them. */
function valuesOf({ args }: ConsoleCall, { variableStore }: ThreadDebugger): object {
  const expandable = args.filter(({ objectId, type }) => objectId !== undefined && type !== 'symbol');
  if (expandable.length === 0) return {};
  const extras = expandable.map((value, at) => ({ name: `arg${at}`, value }));
  return { variablesReference: variableStore.addValues(extras) };
}
