/**
 * The launcher's worker thread: reads the command line, talks to the adapter and debugs the main thread.
 * Runs under main.cjs alone, which gives it a {@link ThreadLink}.
 */
import { workerData } from 'node:worker_threads';
import { writeSync } from 'node:fs';
import { IPCManager, toError } from '../../ipc/index.js';
import type { Logger } from '../../ipc/index.js';
import { EXIT_CODES } from '../options/exitCodes.js';
import { prepareHotLoops } from '../debugger/inspector/osrWorkaround.js';
import { Program } from './program.js';
import { releaseMainThread, setFlag } from '../link/threadLink.js';
import type { ChildOrigin, ThreadLink } from '../link/threadLink.js';
import { createProgramLogger } from '../../commandLine/programLogger.js';
import { UsageError } from '../../commandLine/usageError.js';
import { waitForClaim } from './childClaim.js';
import { readLauncherOptions } from '../options/launcherOptions.js';
import type { LauncherOptions } from '../options/launcherOptions.js';
import { LauncherSession } from './launcherSession.js';
import { serveAdapters } from './serveAdapters.js';
import type { Serving } from './serveAdapters.js';
import { writeStderr } from './writeStderr.js';

const STDOUT_FD = 1;
/** The program may take as long at its end, and not longer, to see the last messages off. In milliseconds. */
const CLOSE_TIMEOUT_MS = 1_000;

const link = workerData as ThreadLink;
let session: LauncherSession | undefined;

function leave(exitCode: number): void {
  link.port.postMessage({ kind: 'leave', exitCode });
  setFlag(link.ordered);
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
    releaseMainThread(link);
    return;
  }
  writeStderr(reason);
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
  writeStderr(error.message);
  leave(EXIT_CODES.usage);
}

async function launch(given: LauncherOptions): Promise<void> {
  const logger = await createProgramLogger(given);
  const config = { closeTimeoutMs: CLOSE_TIMEOUT_MS, ...given.config };
  const options = { ...given, config };
  if (!options.noDebug) prepareHotLoops();
  const program = new Program(link, options, logger);
  if (options.listen === undefined) await serveOne(options, program, logger);
  else await listen({ options, listen: options.listen, program, logger });
}

/** The usual way: the adapter listens, and its end is the program's. */
async function serveOne(options: LauncherOptions, program: Program, logger: Logger): Promise<void> {
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
    writeStderr(`cannot listen for adapters: ${toError(error).message}`);
    leave(EXIT_CODES.failed);
  }
}

/** Nobody wants it, or they cannot: it runs as it would have without us. */
async function launchChild(child: ChildOrigin): Promise<void> {
  try {
    await launch(await waitForClaim(child));
  } catch {
    releaseMainThread(link);
  }
}

process.on('uncaughtException', fail);
// Holds the worker's event loop; the session listens for the messages.
link.port.ref();
setFlag(link.alive);
if (link.child === undefined) {
  const options = readOptions();
  if (options !== undefined) launch(options).catch(leaveForUsage);
} else {
  void launchChild(link.child);
}
