import type { Logger } from '../../src/ipc/core/logger.js';

/** One logged line. */
export interface LogEntry {
  readonly level: keyof Logger;
  readonly fields: object;
  readonly message: string;
}

/** A logger that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly entries: LogEntry[];
}

/** Makes a logger that keeps what it is told, in order, in `entries`. */
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
