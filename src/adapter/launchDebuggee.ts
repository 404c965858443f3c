import { randomUUID } from 'node:crypto';
import { IpcError, IPCManager, toError } from '../ipc/index.js';
import type { ListenerInfo } from '../ipc/index.js';
import { badLaunchArgument, DapError, launchCancelled, launchFailed } from './dapErrors.js';
import { Debuggee } from './debuggee.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { mapLauncherEvent } from './eventMapping.js';
import type { LaunchArguments } from './launchArguments.js';
import { LauncherClient } from './launcherClient.js';
import { launcherCommand, launcherEnvironment } from './launcherCommand.js';
import { startLauncher, stopTargetOf } from './launcherProcess.js';
import type { LauncherProcess } from './launcherProcess.js';
import { OutputRelay } from './outputRelay.js';
import { profileOf } from './profiles/profiles.js';
import { stopLadder } from './stopLadder.js';

/** How long a failed launcher's last output is waited for, in milliseconds. */
const LAST_OUTPUT_MS = 200;

function tellConnection({ listening }: IPCManager, { send, logger }: DebuggeeHost): void {
  if (listening === undefined) return;
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

async function listen(manager: IPCManager, launch: LaunchArguments): Promise<string[]> {
  return manager.createListener(launch.ipc).catch((thrown: unknown) => {
    const error = toError(thrown);
    throw badLaunchArgument(`no endpoint for "ipc" as given: ${error.message}`, error);
  });
}

function spawnLauncher(launch: LaunchArguments, endpoint: string[], manager: IPCManager): LauncherProcess {
  const command = launcherCommand(launch, endpoint, randomUUID());
  const env = launcherEnvironment(launch, manager.launcherEnv);
  try {
    return startLauncher(command, { cwd: launch.cwd, env, inherits: manager.listening?.endpoint });
  } catch (thrown) {
    throw launchFailed(`the launcher "${command.command}" could not be started: ${toError(thrown).message}`);
  }
}

function failureOf(thrown: unknown, signal: AbortSignal): DapError {
  if (signal.aborted) return launchCancelled();
  if (thrown instanceof DapError) return thrown;
  return launchFailed(toError(thrown).message, thrown);
}

async function discardLauncher(
  launcher: LauncherProcess,
  output: OutputRelay,
  rungMs: number,
): Promise<void> {
  await stopLadder(stopTargetOf(launcher), rungMs, 'SIGTERM');
  await output.drained(LAST_OUTPUT_MS);
  output.discard();
}

async function connectLauncher(
  launch: LaunchArguments,
  host: DebuggeeHost,
  manager: IPCManager,
  launcher: LauncherProcess,
): Promise<Debuggee> {
  const output = new OutputRelay(launcher, host.output);
  const profile = profileOf(launch);
  const client = new LauncherClient(manager, profile.createDialect(), ({ event, body }) => {
    const mapped = mapLauncherEvent(event, body, host.positions);
    if (mapped === undefined) host.logger.debug({ event }, 'launcher event with nothing for the client');
    else host.send(mapped.event, mapped.body);
  });
  manager.startReader((message) => client.receive(message), {
    accept: true,
    launcher: launcher.peer,
    timeoutMs: launch.launchTimeoutMs,
    signal: host.signal,
    onError: (error) => host.logger.error({ err: error }, 'bad message from the launcher'),
  });
  try {
    await manager.connected;
    return new Debuggee({ launch, profile, manager, launcher, client, output }, host);
  } catch (error) {
    await discardLauncher(launcher, output, launch.terminateTimeoutMs);
    throw error;
  }
}

/**
 * Listens, starts the launcher and waits for it to connect.
 *
 * @throws DapError that says who failed and why; by then nothing that was made for the launch is left
 */
async function launchDebuggee(launch: LaunchArguments, host: DebuggeeHost): Promise<Debuggee> {
  const manager = new IPCManager({ logger: host.logger });
  try {
    const endpoint = await listen(manager, launch);
    host.signal.throwIfAborted();
    tellConnection(manager, host);
    return await connectLauncher(launch, host, manager, spawnLauncher(launch, endpoint, manager));
  } catch (thrown) {
    await manager.cleanup();
    host.logger.warn(
      { err: thrown, code: thrown instanceof IpcError ? thrown.code : undefined },
      'launch failed',
    );
    throw failureOf(thrown, host.signal);
  }
}

export { launchDebuggee };
