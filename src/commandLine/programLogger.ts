import { FileProblem, silentLogger } from '../ipc/index.js';
import type { Logger } from '../ipc/index.js';
import { openLogFile } from './logFile.js';
import type { OpenLog } from './logFile.js';
import { UsageError } from './usageError.js';

/** Values of `--log-level`, from most to least output. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Level and destination of a program's log. */
export interface LogOptions {
  /** Default: `info` if a file is given, otherwise `silent`. */
  readonly logLevel?: LogLevel | undefined;
  /** File to append to. It is created with mode 0600, and its directory too, if missing. Default: stderr. */
  readonly logFile?: string | undefined;
}

const STDERR_FD = 2;

/**
 * Creates the logger of one of the package's programs. The logger never writes to stdout, which may carry DAP
 * or belong to the debuggee. pino is loaded only if needed, because it would double the launcher's start
 * time.
 *
 * @throws UsageError if the log file cannot be written
 */
export async function createProgramLogger({ logLevel, logFile }: LogOptions): Promise<Logger> {
  const level = logLevel ?? (logFile === undefined ? 'silent' : 'info');
  if (level === 'silent') return silentLogger;
  const { fd: dest, isPipe } = openLog(logFile);
  const { pino } = await import('pino');
  // Written synchronously: the last lines before a death by signal matter most. A named pipe could then block.
  const logger: Logger = pino({ level }, pino.destination({ dest, sync: !isPipe }));
  return logger;
}

function openLog(file: string | undefined): OpenLog {
  if (file === undefined) return { fd: STDERR_FD, isPipe: false };
  try {
    return openLogFile(file);
  } catch (cause) {
    const reason = cause instanceof FileProblem ? `it ${cause.message}` : (cause as Error).message;
    throw new UsageError(`--log-file ${file} cannot be written: ${reason}`, { cause });
  }
}
