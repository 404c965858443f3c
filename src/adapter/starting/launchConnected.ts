import { IpcError, IPCManager, toError } from '../../ipc/index.js';
import type { ListenerInfo, Message, TransportConfig } from '../../ipc/index.js';
import { badLaunchArgument, DapError, launchCancelled, launchFailed } from '../dap/dapErrors.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import { terminationTargetOf } from '../process/launcherProcess.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import { relayOutput } from '../output/programOutput.js';
import type { ProgramOutput } from '../output/programOutput.js';
import { runTerminationSteps } from '../process/terminationSteps.js';

/** How long a failed launcher's last output is waited for, in milliseconds. */
const LAST_OUTPUT_MS = 200;

/** As much of a launch as getting a connected launcher takes. */
export interface LaunchSettings {
  readonly ipc: TransportConfig;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | null>>;
  readonly launchTimeoutMs: number;
  readonly terminateTimeoutMs: number;
}

/** Everything that such a launch has made; whoever asked for it owns it, and ends it. */
export interface Connected {
  readonly manager: IPCManager;
  readonly launcher: LauncherProcess;
  readonly output: ProgramOutput;
}

/** What is to be launched, and what comes of it. */
export interface LaunchPlan<T> {
  readonly settings: Pick<LaunchSettings, 'ipc' | 'launchTimeoutMs' | 'terminateTimeoutMs'>;
  /**
   * Starts a launcher, or has one started, that connects to the endpoint.
   *
   * @param launcherEnv what its environment must carry beside its arguments
   * @throws DapError
   */
  readonly start: (
    listening: ListenerInfo,
    launcherEnv: Readonly<Record<string, string>>,
  ) => LauncherProcess | Promise<LauncherProcess>;
  /**
   * Makes what takes the launcher's messages, before any comes.
   *
   * @returns `receive` takes each; where `paced`, its promise is awaited before the next is read
   */
  readonly attend: (connected: Connected) => Attendant<T>;
}

interface Attendant<T> {
  receive(message: Message): void | Promise<void>;
  readonly paced?: boolean;
  /** What comes of the launch once the launcher is in. */
  onConnected(): T;
}

function tellConnection(listening: ListenerInfo, { send, logger }: DebuggeeHost): void {
  const { transport, reason, launcherArgs, fallbackCause } = listening;
  logger.info({ transport, reason, launcherArgs }, 'listening for the launcher');
  const cause = fallbackCause?.message;
  send('debug-adapter-ipc/connection', { transport, reason, launcherArgs, fallbackCause: cause });
  if (cause !== undefined) warnOfFallback(listening, cause, send);
}

function warnOfFallback({ transport }: ListenerInfo, cause: string, send: DebuggeeHost['send']): void {
  const output = `The launcher connects by ${transport} instead of a Unix socket: ${cause}\n`;
  send('output', { category: 'console', output });
}

async function listen(manager: IPCManager, { ipc }: Pick<LaunchSettings, 'ipc'>): Promise<ListenerInfo> {
  await manager.createListener(ipc).catch((thrown: unknown) => {
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
  return launchFailed(toError(thrown).message, thrown);
}

async function discardLauncher(
  launcher: LauncherProcess,
  output: ProgramOutput,
  rungMs: number,
): Promise<void> {
  await runTerminationSteps(terminationTargetOf(launcher), rungMs, 'SIGTERM');
  await output.drained(LAST_OUTPUT_MS);
  output.discard();
}

async function connectLauncher<T>(
  plan: LaunchPlan<T>,
  host: DebuggeeHost,
  manager: IPCManager,
  launcher: LauncherProcess,
): Promise<T> {
  const { launchTimeoutMs: timeoutMs, terminateTimeoutMs } = plan.settings;
  const output = relayOutput(launcher, host.output);
  const attendant = plan.attend({ manager, launcher, output });
  manager.startReader((message) => attendant.receive(message), {
    accept: true,
    launcher,
    timeoutMs,
    signal: host.signal,
    paced: attendant.paced ?? false,
    onError: (error) => host.logger.error({ err: error }, 'bad message from the launcher'),
  });
  try {
    await manager.connected;
    return attendant.onConnected();
  } catch (error) {
    await discardLauncher(launcher, output, terminateTimeoutMs);
    throw error;
  }
}

/**
 * Listens, has a launcher started and waits for it to connect.
 *
 * @throws DapError that says who failed and why; by then nothing that was made for the launch is left
 */
export async function launchConnected<T>(plan: LaunchPlan<T>, host: DebuggeeHost): Promise<T> {
  const manager = new IPCManager({ logger: host.logger });
  try {
    const listening = await listen(manager, plan.settings);
    host.signal.throwIfAborted();
    tellConnection(listening, host);
    const launcher = await plan.start(listening, manager.launcherEnv);
    return await connectLauncher(plan, host, manager, launcher);
  } catch (thrown) {
    await manager.cleanup();
    host.logger.warn(
      { err: thrown, code: thrown instanceof IpcError ? thrown.code : undefined },
      'launch failed',
    );
    throw failureOf(thrown, host.signal);
  }
}
