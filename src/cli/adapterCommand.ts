import { startAdapter, startServer, WarmLaunchers } from '../adapter/index.js';
import type { ServerOptions } from '../adapter/index.js';
import type { Logger } from '../ipc/index.js';
import { createProgramLogger } from '../commandLine/programLogger.js';
import type { LogOptions } from '../commandLine/programLogger.js';
import { UsageError } from '../commandLine/usageError.js';
import type { TraceArguments } from '../trace/recording/traceArguments.js';
import type { TraceTarget } from '../trace/recording/traceFile.js';
import { logArguments } from './logArguments.js';

/** Time after the last session in which the process ends by itself, in milliseconds. */
const STUCK_MS = 3_000;

/** Options of the subcommand `adapter`. */
export interface AdapterOptions extends LogOptions, TraceArguments {
  /**
   * Port to listen on, on 127.0.0.1; 0 lets the system choose. A text is a path, or the name of a pipe on Windows.
   * Default: DAP over stdin and stdout.
   */
  server?: number | string | undefined;
  /** The file with the token that each client of the server has to send. */
  serverTokenFile?: string | undefined;
  /** True: every user of the machine may connect to the port. */
  serverAllowOtherUsers?: boolean | undefined;
  /** True: each session of the server runs in a process of its own. */
  isolate?: boolean | undefined;
  /** The longest message of the client and of each launcher, in bytes. */
  maxFrameBytes?: number | undefined;
  /** True: a launcher is started before it is asked for. Default: true, unless each session has its process. */
  warmLauncher?: boolean | undefined;
}

/**
 * Runs the adapter until its client or a signal ends it.
 *
 * @param started launchers of which one was started before. Default: started here, if the options want one
 * @throws UsageError if the log file cannot be written, or options do not go together; Error if the port or the path
 *   cannot be used
 */
export async function runAdapterCommand(options: AdapterOptions, started?: WarmLaunchers): Promise<void> {
  checkTogether(options);
  const logger = await createProgramLogger(options);
  const { server, maxFrameBytes, serverTokenFile, serverAllowOtherUsers, isolate } = options;
  const trace = await traceTarget(options, logger);
  const warmLaunchers = started ?? startLauncher(options, logger);
  if (server === undefined) await startAdapter({ logger, maxFrameBytes, trace, warmLaunchers });
  else
    await serve(server, {
      logger,
      maxFrameBytes,
      warmLaunchers,
      trace,
      tokenFile: serverTokenFile,
      allowOtherUsers: serverAllowOtherUsers,
      isolate,
      isolateArgs: logArguments(options),
    });
  warmLaunchers?.close();
  // Nothing keeps the process alive now, unless a call of the system never returns, for instance for a dead disk.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), STUCK_MS).unref();
}

function startLauncher(
  { server, isolate, warmLauncher }: AdapterOptions,
  logger: Logger,
): WarmLaunchers | undefined {
  if (isolate === true || warmLauncher === false) return undefined;
  const warmLaunchers = new WarmLaunchers({ logger, keepsOne: server !== undefined });
  warmLaunchers.prepare();
  return warmLaunchers;
}

/** The variable that names the file to record in, for an adapter that an editor starts. */
const TRACE_VARIABLE = 'DEBUG_ADAPTER_IPC_TRACE';

async function traceTarget(options: AdapterOptions, logger: Logger): Promise<TraceTarget | undefined> {
  const variable = process.env[TRACE_VARIABLE];
  const { traceSize, logLevel, trace = variable === '' ? undefined : variable } = options;
  const isLogged = logLevel === 'trace';
  if (trace === undefined && traceSize === undefined && !isLogged) return undefined;
  const { openTraceTarget } = await import('./traceTarget.js');
  return openTraceTarget({ trace, traceSize }, isLogged, logger);
}

function checkTogether(options: AdapterOptions): void {
  const { server, serverTokenFile, serverAllowOtherUsers, isolate, warmLauncher } = options;
  if (server === undefined && isolate === true) {
    throw new UsageError(
      '--isolate goes with --server: over stdio the session has a process of its own already',
    );
  }
  if (isolate === true && warmLauncher === true) {
    throw new UsageError('--warm-launcher does not go with --isolate: each session starts its own launcher');
  }
  if (server === undefined && serverTokenFile !== undefined) {
    throw new UsageError('--server-token-file goes with --server: over stdio there is one client');
  }
  if (serverAllowOtherUsers !== true) return;
  if (server === undefined) {
    throw new UsageError('--server-allow-other-users goes with --server: over stdio there is one client');
  }
  if (typeof server === 'string') {
    throw new UsageError(
      '--server-allow-other-users goes with a port: a socket at a path is for its user alone',
    );
  }
}

async function serve(where: number | string, options: ServerOptions): Promise<void> {
  const server = await startServer(where, options).catch((error: unknown) => {
    options.warmLaunchers?.close();
    throw new Error(`--server ${String(where)}: ${(error as Error).message}`, { cause: error });
  });
  await server.closed;
}
