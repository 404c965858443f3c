import type { LogOptions } from '../commandLine/programLogger.js';

/** Log options as arguments, for a process that we start. */
export function logArguments(options: LogOptions): string[] {
  return [
    ...(options.logLevel === undefined ? [] : ['--log-level', options.logLevel]),
    ...(options.logFile === undefined ? [] : ['--log-file', options.logFile]),
  ];
}
