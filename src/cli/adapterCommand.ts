import { startAdapter, startServer } from '../adapter/index.js';
import type { Logger } from '../ipc/index.js';
import { createProgramLogger } from '../commandLine/programLogger.js';
import type { LogOptions } from '../commandLine/programLogger.js';

/** Time after the last session in which the process ends by itself, in milliseconds. */
const STUCK_MS = 3_000;

/** Options of the subcommand `adapter`. */
export interface AdapterOptions extends LogOptions {
  /** Port to listen on, on 127.0.0.1; 0 lets the system choose. Default: DAP over stdin and stdout. */
  server?: number | undefined;
}

/**
 * Runs the adapter until its client or a signal ends it.
 *
 * @throws UsageError if the log file cannot be written; Error if the port cannot be used
 */
export async function runAdapterCommand(options: AdapterOptions): Promise<void> {
  const logger = await createProgramLogger(options);
  if (options.server === undefined) await startAdapter({ logger });
  else await serve(options.server, logger);
  // Nothing keeps the process alive now, unless a call of the system never returns, for instance for a dead disk.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STUCK_MS).unref();
}

async function serve(port: number, logger: Logger): Promise<void> {
  const server = await startServer(port, { logger }).catch((error: unknown) => {
    throw new Error(`--server ${String(port)}: ${(error as Error).message}`, { cause: error });
  });
  await server.closed;
}
