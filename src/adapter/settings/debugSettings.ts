import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { optionalBoolean, optionalObject, optionalString, stringAt, stringList } from './argumentReader.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** Reads a setting. Undefined if the launch leaves it out. */
type SettingReader = (raw: Message, name: string) => unknown;

const list: SettingReader = (raw, name) =>
  raw[name] === undefined || raw[name] === null ? undefined : stringList(raw, name);

/** Reads an object whose values are strings. */
const strings: SettingReader = (raw, name) => {
  const given = optionalObject(raw, name);
  if (given === undefined) return undefined;
  const entries = Object.entries(given).map(([key, value]) => [key, stringAt(`${name}.${key}`, value)]);
  return Object.fromEntries(entries) as Message;
};

/** Reads true, false, or the form of js-debug with a number of calls in one of two fields: this debugger has its own. */
const asyncStacks: SettingReader = (raw, name) => {
  const given = raw[name];
  if (!isRecord(given)) return optionalBoolean(raw, name);
  const { onAttach, onceBreakpointResolved } = given;
  const calls = onAttach ?? onceBreakpointResolved;
  if (typeof calls === 'number') return calls > 0;
  throw badLaunchArgument(
    `"${name}" is true or false, or an object with "onceBreakpointResolved" or "onAttach".`,
  );
};

/** Reads code. An empty text means no code. */
const code: SettingReader = (raw, name) => (raw[name] === '' ? undefined : optionalString(raw, name));

const SETTINGS: Readonly<Record<string, SettingReader>> = {
  skipFiles: list,
  sourceMaps: optionalBoolean,
  smartStep: optionalBoolean,
  sourceMapPathOverrides: strings,
  outFiles: list,
  resolveSourceMapLocations: list,
  showAsyncStacks: asyncStacks,
  sourceMapRenames: optionalBoolean,
  customDescriptionGenerator: code,
  customPropertiesGenerator: code,
  profileStartup: optionalBoolean,
};

/** Reads `outputCapture`. `console`: output events carry the values and places of console calls; `std`: only text. */
function readOutputCapture(raw: Message): 'console' | 'std' {
  const given = optionalString(raw, 'outputCapture') ?? 'console';
  if (given === 'console' || given === 'std') return given;
  throw badLaunchArgument(`"outputCapture" is console or std; not "${given}".`);
}

/**
 * Reads the debug settings of a launch or attach: the arguments of the launcher's command `launch` or `attach`. Settings
 * that are not given are left out, and the launcher's defaults apply.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export function readDebugSettings(raw: Message): Message {
  const read = Object.entries(SETTINGS).map(([name, reader]) => [name, reader(raw, name)] as const);
  // By default, console calls are requested later, if the launcher can describe them.
  const std = readOutputCapture(raw) === 'std' && { describeOutput: false };
  return { ...Object.fromEntries(read.filter(([, value]) => value !== undefined)), ...std };
}
