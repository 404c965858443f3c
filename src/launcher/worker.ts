/**
 * The launcher's worker thread: reads the command line, talks to the adapter and debugs the main thread.
 * Runs under main.cjs alone, which gives it a {@link HostLink}.
 */
import { workerData } from 'node:worker_threads';
import { writeSync } from 'node:fs';
import { IPCManager, toError, type Logger } from '../ipc/index.js';
import { EXIT_CODES } from './exitCodes.js';
import { prepareHotLoops } from './debugger/hotLoops.js';
import { HostedProgram } from './hostedProgram.js';
import { letGo, raise, type ChildOrigin, type HostLink } from './hostLink.js';
import { createProgramLogger } from '../commandLine/programLogger.js';
import { UsageError } from '../commandLine/usageError.js';
import { waitForAdoption } from './children/adoption.js';
import { readLauncherOptions, type LauncherOptions } from './launcherOptions.js';
import { LauncherSession } from './launcherSession.js';
import { serveAdapters, type Serving } from './serveAdapters.js';
import { complain } from './stderr.js';

const STDOUT_FD = 1;
/** The program may take as long at its end, and not longer, to see the last messages off. In milliseconds. */
const CLOSE_TIMEOUT_MS = 1_000;

const link = workerData as HostLink;
let session: LauncherSession | undefined;

function leave(exitCode: number): void {
  link.port.postMessage({ kind: 'leave', exitCode });
  raise(link.ordered);
}

/** Anything that goes wrong unforeseen: the program must not go on with nobody watching it. */
function fail(thrown: unknown): void {
  const error = toError(thrown);
  const reason = `the launcher failed: ${error.stack ?? error.message}`;
  if (session !== undefined) {
    session.fail(reason);
    return;
  }
  if (link.child !== undefined) {
    letGo(link);
    return;
  }
  complain(reason);
  leave(EXIT_CODES.failed);
}

function readOptions(): LauncherOptions | undefined {
  try {
    const options = readLauncherOptions(link.argv);
    if (!('help' in options)) return options;
    writeSync(STDOUT_FD, options.help);
    leave(EXIT_CODES.ok);
  } catch (error) {
    leaveForUsage(error);
  }
  return undefined;
}

function leaveForUsage(error: unknown): void {
  if (!(error instanceof UsageError)) throw error;
  complain(error.message);
  leave(EXIT_CODES.usage);
}

async function launch(given: LauncherOptions): Promise<void> {
  const logger = await createProgramLogger(given);
  const config = { closeTimeoutMs: CLOSE_TIMEOUT_MS, ...given.config };
  const options = { ...given, config };
  if (!options.noDebug) prepareHotLoops();
  const program = new HostedProgram(link, options, logger);
  if (options.listen === undefined) await serveOne(options, program, logger);
  else await listen({ options, listen: options.listen, program, logger });
}

/** The usual way: the adapter listens, and its end is the program's. */
async function serveOne(options: LauncherOptions, program: HostedProgram, logger: Logger): Promise<void> {
  const manager = new IPCManager({ logger });
  session = new LauncherSession({
    program,
    options,
    manager,
    logger,
    connect: () => manager.connect(options.config),
    read: (handler) =>
      manager.startReader(handler, {
        onError: (error) => logger.error({ err: error }, 'reading from the adapter'),
      }),
  });
  await session.open();
}

async function listen(serving: Serving): Promise<void> {
  try {
    await serveAdapters(serving, (begun) => {
      session = begun;
    });
  } catch (error) {
    complain(`cannot listen for adapters: ${toError(error).message}`);
    leave(EXIT_CODES.failed);
  }
}

/** Nobody wants it, or they cannot: it runs as it would have without us. */
async function launchChild(child: ChildOrigin): Promise<void> {
  try {
    await launch(await waitForAdoption(child));
  } catch {
    letGo(link);
  }
}

process.on('uncaughtException', fail);
// Holds the worker's event loop; the session listens for the messages.
link.port.ref();
raise(link.alive);
if (link.child === undefined) {
  const options = readOptions();
  if (options !== undefined) launch(options).catch(leaveForUsage);
} else {
  void launchChild(link.child);
}
