/**
 * The launcher's worker thread: reads the command line, talks to the adapter and debugs the main thread.
 * Runs under main.cjs alone, which gives it a {@link HostLink}.
 */
import { workerData } from 'node:worker_threads';
import { writeSync } from 'node:fs';
import { IPCManager, toError } from '../ipc/index.js';
import { EXIT_CODES } from './exitCodes.js';
import { raise, type HostLink } from './hostLink.js';
import { createProgramLogger } from '../commandLine/programLogger.js';
import { UsageError } from '../commandLine/usageError.js';
import { readLauncherOptions, type LauncherOptions } from './launcherOptions.js';
import { LauncherSession } from './launcherSession.js';
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

async function launch(options: LauncherOptions): Promise<void> {
  const logger = await createProgramLogger(options);
  const config = { closeTimeoutMs: CLOSE_TIMEOUT_MS, ...options.config };
  const manager = new IPCManager({ logger });
  session = new LauncherSession({ link, options: { ...options, config }, manager, logger });
  try {
    await session.open();
  } catch (error) {
    session.fail(`cannot connect to the adapter: ${toError(error).message}`);
  }
}

process.on('uncaughtException', fail);
// Holds the worker's event loop; the session listens for the messages.
link.port.ref();
raise(link.alive);
const options = readOptions();
if (options !== undefined) launch(options).catch(leaveForUsage);
