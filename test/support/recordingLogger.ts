import type { Logger } from '../../src/ipc/core/logger.js';

/** A line of the log. */
export interface LogEntry {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

/** A logger that records its lines. */
export interface RecordingLogger extends Logger {
  readonly entries: LogEntry[];
}

/** Makes a logger that records its lines in `entries`, in order. */
export function recordingLogger(): RecordingLogger {
  const entries: LogEntry[] = [];
  const at = (level: keyof Logger) => {
    return (fields: object, message: string): void => {
      entries.push({ level, fields, message });
    };
  };
  return {
    entries,
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
