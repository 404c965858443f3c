import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import { checkGenerator } from '../debugger/evaluation/customViews.js';
import type { ViewSettings } from '../debugger/evaluation/customViews.js';
import { DEFAULT_SETTINGS } from '../debugger/settings/debugSettings.js';
import type { DebugSettings } from '../debugger/settings/debugSettings.js';
import { optionalFlag, optionalString, optionalStrings } from './readArguments.js';

/**
 * Reads the settings from the arguments of `launch`.
 *
 * @throws DebuggerError if a setting is invalid
 */
export function readDebugSettings(args: Message): DebugSettings {
  return {
    skipFiles: optionalStrings(args, 'skipFiles') ?? DEFAULT_SETTINGS.skipFiles,
    sourceMaps: optionalFlag(args, 'sourceMaps') ?? DEFAULT_SETTINGS.sourceMaps,
    smartStep: optionalFlag(args, 'smartStep') ?? DEFAULT_SETTINGS.smartStep,
    sourceMapPathOverrides: readOverrides(args.sourceMapPathOverrides),
    outFiles: optionalStrings(args, 'outFiles') ?? DEFAULT_SETTINGS.outFiles,
    resolveSourceMapLocations:
      optionalStrings(args, 'resolveSourceMapLocations') ?? DEFAULT_SETTINGS.resolveSourceMapLocations,
    sourceMapRenames: optionalFlag(args, 'sourceMapRenames') ?? DEFAULT_SETTINGS.sourceMapRenames,
    showAsyncStacks: optionalFlag(args, 'showAsyncStacks') ?? DEFAULT_SETTINGS.showAsyncStacks,
    describeOutput: optionalFlag(args, 'describeOutput') ?? DEFAULT_SETTINGS.describeOutput,
    reportConsole: optionalFlag(args, 'reportConsole') ?? DEFAULT_SETTINGS.reportConsole,
    ansiStyles: optionalFlag(args, 'ansiStyles') ?? DEFAULT_SETTINGS.ansiStyles,
    customDescriptionGenerator: readGenerator(args, 'customDescriptionGenerator'),
    customPropertiesGenerator: readGenerator(args, 'customPropertiesGenerator'),
    profileStartup: optionalFlag(args, 'profileStartup') ?? DEFAULT_SETTINGS.profileStartup,
  };
}

function readGenerator(args: Message, name: keyof ViewSettings): string | undefined {
  const code = optionalString(args, name);
  return checkGenerator(name, code === '' ? undefined : code);
}

function readOverrides(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = isRecord(value) ? Object.entries(value) : undefined;
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string') === true) {
    return Object.fromEntries(entries);
  }
  throw new DebuggerError('"sourceMapPathOverrides" must be an object whose values are strings');
}
