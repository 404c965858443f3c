import type { LogOptions } from '../commandLine/programLogger.js';
import type { TraceArguments } from '../trace/recording/traceArguments.js';

/** Formats the options for logs and traces as arguments for a process that is started. */
export function logArguments(options: LogOptions & TraceArguments): string[] {
  const given = [
    ['--log-level', options.logLevel],
    ['--log-file', options.logFile],
    ['--trace', options.trace],
    ['--trace-size', options.traceSize],
  ] as const;
  return given.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}
