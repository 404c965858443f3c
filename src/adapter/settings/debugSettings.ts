import type { Message } from '../../ipc/index.js';
import { optionalBoolean, optionalObject, optionalString, stringAt, stringList } from './argumentReader.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** Reads one of the settings; undefined where the launch leaves it out. */
type Read = (raw: Message, name: string) => unknown;

const list: Read = (raw, name) => (raw[name] === undefined ? undefined : stringList(raw, name));

/** An object whose values are strings. */
const strings: Read = (raw, name) => {
  const given = optionalObject(raw, name);
  if (given === undefined) return undefined;
  const entries = Object.entries(given).map(([key, value]) => [key, stringAt(`${name}.${key}`, value)]);
  return Object.fromEntries(entries) as Message;
};

const SETTINGS: Readonly<Record<string, Read>> = {
  skipFiles: list,
  sourceMaps: optionalBoolean,
  smartStep: optionalBoolean,
  sourceMapPathOverrides: strings,
  outFiles: list,
  showAsyncStacks: optionalBoolean,
};

/** `console`: output is told with what its console calls were given and where they are; `std`: as bare text. */
function readOutputCapture(raw: Message): 'console' | 'std' {
  const given = optionalString(raw, 'outputCapture') ?? 'console';
  if (given === 'console' || given === 'std') return given;
  throw badLaunchArgument(`"outputCapture" is console or std; not "${given}".`);
}

/**
 * How the launcher is to debug, as the launch says: the arguments of its command `launch`. What is not given
 * is left out, and the launcher's own defaults hold.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export function readDebugSettings(raw: Message): Message {
  const read = Object.entries(SETTINGS).map(([name, reader]) => [name, reader(raw, name)] as const);
  // Where nothing is said it is asked for, of a launcher that does it.
  const std = readOutputCapture(raw) === 'std' && { describeOutput: false };
  return { ...Object.fromEntries(read.filter(([, value]) => value !== undefined)), ...std };
}
