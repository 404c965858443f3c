import type { LogOptions } from '../commandLine/programLogger.js';

/** Formats the log options as arguments for a process that is started. */
export function logArguments(options: LogOptions): string[] {
  return [
    ...(options.logLevel === undefined ? [] : ['--log-level', options.logLevel]),
    ...(options.logFile === undefined ? [] : ['--log-file', options.logFile]),
  ];
}
