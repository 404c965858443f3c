import type { Message } from '../../ipc/index.js';
import type { DebugSettings } from '../debugger/debugSettings.js';
import { optionalStrings } from './readArguments.js';

/** The settings in the arguments of `launch`. @throws DebuggerError where one is wrong */
export function readDebugSettings(args: Message): DebugSettings {
  return { skipFiles: optionalStrings(args, 'skipFiles') ?? [] };
}
