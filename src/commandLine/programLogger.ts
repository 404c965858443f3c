import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { silentLogger } from '../ipc/index.js';
import type { Logger } from '../ipc/index.js';
import { UsageError } from './usageError.js';

/** What `--log-level` takes, from most to least. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where and how much a program logs. */
export interface LogOptions {
  /** Default: `info` if a file is given, else `silent`. */
  readonly logLevel?: LogLevel | undefined;
  /** Appended to, its directory made if it is missing. Default: stderr. */
  readonly logFile?: string | undefined;
}

const STDERR_FD = 2;

/**
 * The logger of one of our programs. It never writes to stdout, which may carry DAP or be the debuggee's.
 * pino is loaded only when something is to be logged: it would double the launcher's start.
 *
 * @throws UsageError for a log file that cannot be written
 */
export async function createProgramLogger({ logLevel, logFile }: LogOptions): Promise<Logger> {
  const level = logLevel ?? (logFile === undefined ? 'silent' : 'info');
  if (level === 'silent') return silentLogger;
  const dest = openLog(logFile);
  const { pino } = await import('pino');
  // Written at once: the last lines before an end by signal are those that are wanted most.
  const logger: Logger = pino({ level }, pino.destination({ dest, sync: true }));
  return logger;
}

function openLog(file: string | undefined): number {
  if (file === undefined) return STDERR_FD;
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  } catch (cause) {
    throw new UsageError(`--log-file ${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
