/**
 * The launcher's worker thread: reads the command line, talks to the adapter and debugs the main thread. Runs
 * only under main.cts, which passes a {@link ThreadLink}.
 */
import { workerData } from 'node:worker_threads';
import { writeSync } from 'node:fs';
import { DEFAULT_LIMITS, IPCManager, toError } from '../../ipc/index.js';
import type { Logger, TraceSink } from '../../ipc/index.js';
import { EXIT_CODES } from '../options/exitCodes.js';
import { configureOsr } from '../debugger/inspector/osrWorkaround.js';
import { Program } from './program.js';
import { releaseMainThread, setFlag, WARM_ARGUMENT } from '../link/threadLink.js';
import type { DebuggedProgram } from '../link/debuggedProgram.js';
import type { ChildOrigin, CommandLine, ThreadLink } from '../link/threadLink.js';
import { createProgramLogger } from '../../commandLine/programLogger.js';
import { UsageError } from '../../commandLine/usageError.js';
import type { TraceFile } from '../../trace/recording/traceFile.js';
import { waitForClaim } from './childClaim.js';
import { InspectedProgram } from '../inspected/inspectedProgram.js';
import { useLauncherFile } from '../../processes/launcherFile.js';
import { isDebugged, readLauncherOptions } from '../options/launcherOptions.js';
import { requireProgramFile } from '../options/programFile.js';
import { withResume } from '../options/withResume.js';
import type { InspectorTarget, LauncherOptions } from '../options/launcherOptions.js';
import { LauncherSession } from './launcherSession.js';
import { describeListenFailure } from './listenFailure.js';
import { CLOSE_TIMEOUT_MS, serveAdapters, serveReattachable } from './serveAdapters.js';
import type { ServeOptions } from './serveAdapters.js';
import { writeStderr } from './writeStderr.js';

const STDOUT_FD = 1;

/** Longest time to connect over a Unix socket or a named pipe, in milliseconds. */
const LOCAL_CONNECT_TIMEOUT_MS = 1_000;

const link = workerData as ThreadLink;
useLauncherFile(link.launcherFile);
let session: LauncherSession | undefined;
let trace: TraceFile | undefined;

function orderExit(exitCode: number): void {
  link.port.postMessage({ kind: 'exit', exitCode });
  setFlag(link.ordered);
}

/** Handles unexpected errors: the program must not run on without a debugger. */
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
  orderExit(EXIT_CODES.failed);
}

function readOptions(argv: readonly string[]): LauncherOptions | undefined {
  try {
    const options = readLauncherOptions(argv);
    if (!('help' in options)) {
      requireProgramFile(options.target);
      return options;
    }
    writeSync(STDOUT_FD, options.help);
    orderExit(EXIT_CODES.ok);
  } catch (error) {
    exitForUsage(error);
  }
  return undefined;
}

function exitForUsage(error: unknown): void {
  if (!(error instanceof UsageError)) throw error;
  writeStderr(error.message);
  orderExit(EXIT_CODES.usage);
}

async function launch(given: LauncherOptions): Promise<void> {
  const logger = await createProgramLogger(given);
  trace = await openLauncherTrace(given);
  const config = { closeTimeoutMs: CLOSE_TIMEOUT_MS, ...connectLimit(given), ...given.config };
  const options = { ...given, config };
  const { target } = options;
  if (target.kind === 'inspector') {
    await serveInspected(options, target, logger);
    return;
  }
  if (isDebugged(options)) configureOsr();
  const program = new Program(link, { ...options, target }, logger);
  const onSession = (started: LauncherSession): void => {
    session = started;
  };
  const parts = { options, program, logger, onSession };
  const { reattachTimeoutMs } = options;
  if (options.listen !== undefined) await listen({ ...parts, listen: options.listen });
  else if (reattachTimeoutMs === undefined) await serveOne(options, program, logger);
  else {
    const manager = new IPCManager({ logger, trace: traceOf(options) });
    await serveReattachable({ ...parts, manager, reattachTimeoutMs, trace: traceOf(options) });
  }
}

/** An adapter of this machine listens before it starts a launcher: one that cannot be reached at once has gone. */
function connectLimit({ config, target }: LauncherOptions): { connectTimeoutMs?: number } {
  return config.transport === 'tcp' || target.kind === 'inspector'
    ? {}
    : { connectTimeoutMs: LOCAL_CONNECT_TIMEOUT_MS };
}

/** Debugs a program of another process. This process ends when the session or the program has ended. */
async function serveInspected(
  options: LauncherOptions,
  target: InspectorTarget,
  logger: Logger,
): Promise<void> {
  const { connectTimeoutMs = DEFAULT_LIMITS.connectTimeoutMs } = options.config;
  try {
    const program = await InspectedProgram.connect(target, connectTimeoutMs, logger);
    if (options.childRendezvous !== undefined) await program.follow(options.childRendezvous);
    const manager = new IPCManager({ logger, trace: traceOf(options) });
    await serveOne({ ...options, keepRunning: true }, program, logger, manager);
    await program.ended;
    await manager.cleanup();
    orderExit(EXIT_CODES.ok);
  } catch (error) {
    writeStderr(toError(error).message);
    orderExit(EXIT_CODES.failed);
  }
}

/** Connects to an adapter that listens. The end of the adapter is also the end of a program of this process. */
async function serveOne(
  options: LauncherOptions,
  program: DebuggedProgram,
  logger: Logger,
  manager = new IPCManager({ logger, trace: traceOf(options) }),
): Promise<void> {
  session = new LauncherSession({
    program,
    options,
    manager,
    logger,
    connect: () => manager.connect(withResume(options.config)),
    read: (handler) =>
      manager.startReader(handler, {
        onError: (error) => logger.error({ err: error }, 'reading from the adapter'),
      }),
  });
  await session.open();
}

/** Opens the file to record in, if there is one. The code that records is loaded only then. */
async function openLauncherTrace({ trace: given }: LauncherOptions): Promise<TraceFile | undefined> {
  if (given.trace === undefined && given.traceSize === undefined) return undefined;
  const { openTrace } = await import('../../trace/recording/traceArguments.js');
  // This thread can end at any time, with the program.
  return openTrace(given, { immediate: true });
}

function traceOf({ sessionId }: Pick<LauncherOptions, 'sessionId'>): TraceSink | undefined {
  return trace?.link({ session: sessionId ?? String(process.pid), side: 'launcher', link: 'launcher' });
}

async function listen(options: ServeOptions): Promise<void> {
  try {
    await serveAdapters({ ...options, trace: traceOf(options.options) });
  } catch (error) {
    writeStderr(`cannot listen for adapters: ${describeListenFailure(error)}`);
    orderExit(EXIT_CODES.failed);
  }
}

/** Debugs a child if a debugger claims it. If not, or on failure, the child runs as without a debugger. */
async function launchChild(child: ChildOrigin): Promise<void> {
  try {
    await launch(await waitForClaim(child));
  } catch {
    releaseMainThread(link);
  }
}

function begin(argv: readonly string[]): void {
  const options = readOptions(argv);
  if (options !== undefined) launch(options).catch(exitForUsage);
}

/** Begins as if this thread had been started with the command line and the environment. */
function beginLate({ argv, env }: CommandLine): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  // The port has no listener until the program is there.
  link.port.ref();
  begin(argv);
}

process.on('uncaughtException', fail);
// Keeps the worker's event loop alive. The session listens for the messages.
link.port.ref();
setFlag(link.alive);
if (link.child !== undefined) void launchChild(link.child);
else if (link.argv[0] === WARM_ARGUMENT) link.port.once('message', beginLate);
else begin(link.argv);
