import { IpcError, IPCManager, LauncherExitedError, toError } from '../../ipc/index.js';
import type { ListenerInfo, Message, TransportConfig } from '../../ipc/index.js';
import { badLaunchArgument, DapError, launchCancelled, launchFailed } from '../dap/dapErrors.js';
import { PEER_JSON_BOUNDS } from '../dap/jsonBounds.js';
import type { ConnectedLauncher } from '../debuggee/launcherConnection.js';
import { connectionNotices } from '../debuggee/connectionNotices.js';
import { readerErrors } from '../debuggee/readerErrors.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { relayOutput } from '../output/programOutput.js';
import type { ProgramOutput } from '../output/programOutput.js';
import { terminationTargetOf } from '../process/launcherProcess.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import { explainStartFailure } from '../process/startFailure.js';
import { runTerminationSteps } from '../../processes/terminationSteps.js';
import { withinFrameLimit } from '../settings/ipcSetting.js';
import type { LaunchSettings } from '../settings/launchArguments.js';
import { recordLauncher } from './recordLauncher.js';

/** The time that the last output of a failed launcher is waited for, in milliseconds. */
const LAST_OUTPUT_MS = 200;

/** The settings and the steps of a launch. */
export interface LaunchPlan<T> {
  readonly settings: Pick<LaunchSettings, 'ipc' | 'launchTimeoutMs' | 'terminateTimeoutMs'>;
  /**
   * Starts a launcher that connects to the endpoint, or asks another process to start it.
   *
   * @param launcherEnv the variables that the launcher needs beside its arguments
   * @throws DapError
   */
  readonly start: (
    listening: ListenerInfo,
    launcherEnv: Readonly<Record<string, string>>,
  ) => LauncherProcess | Promise<LauncherProcess>;
  /** Makes the receiver of the launcher's messages, before the first message arrives. */
  readonly connect: (connected: ConnectedLauncher) => MessageReceiver<T>;
  /** The program's output. Default: what the launcher's process writes. */
  readonly output?: ProgramOutput | undefined;
}

/** The receiver of a launcher's messages. */
interface MessageReceiver<T> {
  /** Takes each message, in order. */
  readonly receive: (message: Message) => void | Promise<void>;
  /** True: the promise of `receive` is awaited before the next message is read. Default false. */
  readonly paced?: boolean;
  /** Makes the result of the launch, once the launcher has connected. */
  readonly onConnected: () => T;
}

/** The argument of `initialize` by which a client asks for the event `debug-adapter-ipc/connection`. */
const CONNECTION_EVENT = 'supportsConnectionEvent';

/** Reports the connection in the log and, to clients that ask, by an event: some clients end at unknown events. */
function reportConnection(
  listening: ListenerInfo,
  { send, logger, initializeArguments }: SessionServices,
): void {
  const { transport, reason, launcherArgs, fallbackCause } = listening;
  logger.info({ transport, reason, launcherArgs }, 'listening for the launcher');
  const cause = fallbackCause?.message;
  if (initializeArguments[CONNECTION_EVENT] === true) {
    send('debug-adapter-ipc/connection', { transport, reason, launcherArgs, fallbackCause: cause });
  }
  if (cause === undefined) return;
  const output = `The launcher connects by ${transport} instead of a Unix socket: ${cause}\n`;
  send('output', { category: 'console', output });
}

async function listen(manager: IPCManager, ipc: TransportConfig): Promise<ListenerInfo> {
  await manager.createListener({ ...PEER_JSON_BOUNDS, ...ipc }).catch((thrown: unknown) => {
    const error = toError(thrown);
    throw badLaunchArgument(`no endpoint for "ipc" as given: ${error.message}`, error);
  });
  const { listening } = manager;
  if (listening === undefined) throw launchCancelled();
  return listening;
}

function failureOf(thrown: unknown, signal: AbortSignal): DapError {
  if (signal.aborted) return launchCancelled();
  if (thrown instanceof DapError) return thrown;
  const spawnError = thrown instanceof LauncherExitedError ? thrown.cause : undefined;
  if (spawnError instanceof Error && 'spawnargs' in spawnError) {
    // What is missing comes first: a socket without a connection is of no interest then.
    return launchFailed(`the program could not be started: ${explainStartFailure(spawnError)}`, thrown);
  }
  return launchFailed(toError(thrown).message, thrown);
}

async function discardLauncher(
  launcher: LauncherProcess,
  output: ProgramOutput,
  stepMs: number,
): Promise<void> {
  await runTerminationSteps(terminationTargetOf(launcher), stepMs, 'SIGTERM');
  await output.drained(LAST_OUTPUT_MS);
  output.discard();
  launcher.abandonOutput();
}

async function connectLauncher<T>(
  plan: LaunchPlan<T>,
  services: SessionServices,
  manager: IPCManager,
  launcher: LauncherProcess,
): Promise<T> {
  const { launchTimeoutMs: timeoutMs, terminateTimeoutMs } = plan.settings;
  const recorded = recordLauncher(launcher, services.trace);
  const output = plan.output ?? relayOutput(launcher, services);
  const receiver = plan.connect({ manager, launcher, output });
  manager.startReader(receiver.receive, {
    accept: true,
    launcher,
    timeoutMs,
    signal: services.signal,
    paced: receiver.paced ?? false,
    onError: readerErrors(services),
  });
  try {
    await manager.connected;
    recorded?.connected();
    return receiver.onConnected();
  } catch (error) {
    await discardLauncher(launcher, output, terminateTimeoutMs);
    throw error;
  }
}

/**
 * Listens, has a launcher started and waits until it has connected.
 *
 * @throws DapError with the reason of the failure; by then nothing that the launch made is left
 */
export async function launchConnected<T>(plan: LaunchPlan<T>, services: SessionServices): Promise<T> {
  const manager = new IPCManager({
    logger: services.logger,
    trace: services.trace.launcher,
    onHealth: connectionNotices(services),
  });
  try {
    const listening = await listen(manager, withinFrameLimit(plan.settings.ipc, services.maxFrameBytes));
    services.signal.throwIfAborted();
    reportConnection(listening, services);
    const launcher = await plan.start(listening, manager.launcherEnv);
    return await connectLauncher(plan, services, manager, launcher);
  } catch (thrown) {
    await manager.cleanup();
    services.logger.warn(
      { err: thrown, code: thrown instanceof IpcError ? thrown.code : undefined },
      'launch failed',
    );
    throw failureOf(thrown, services.signal);
  }
}
