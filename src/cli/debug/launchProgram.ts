import type { BreakpointStore } from './breakpointStore.js';
import type { DapConnection } from './dapConnection.js';

/** The program to launch, and its options. */
export interface LaunchOptions {
  /** Path of the program. The adapter checks it. */
  program: string;
  args?: readonly string[] | undefined;
  /** True to stop before the program's first line. Default false. */
  stopOnEntry?: boolean | undefined;
  /** `auto` (the default), `pipe`, `unix` or `tcp`. */
  transport?: string | undefined;
}

/**
 * Longest time for the launch request, in milliseconds. Longer than the adapter's own deadline, because the
 * adapter's error is more precise.
 */
const LAUNCH_TIMEOUT_MS = 45_000;

/**
 * Opens a session in the order that DAP requires: initialize, launch, breakpoints once the adapter is ready
 * for them, configurationDone. Resolves when the program may run. Rejects if a step fails.
 */
export async function launchProgram(
  connection: DapConnection,
  options: LaunchOptions,
  breakpoints: BreakpointStore,
): Promise<void> {
  const ready = nextEvent(connection, 'initialized');
  await connection.request('initialize', CLIENT);
  const launched = connection.request('launch', launchArguments(options), LAUNCH_TIMEOUT_MS);
  // The response to the launch may come before that event or after it. A failure may come without the event.
  await Promise.race([ready, launched.then(() => ready)]);
  await breakpoints.sendAll();
  await connection.request('configurationDone');
  await launched;
}

const CLIENT = {
  clientID: 'debug-adapter-ipc',
  clientName: 'debug-adapter-ipc debug',
  adapterID: 'debug-adapter-ipc',
  supportsConnectionEvent: true,
  pathFormat: 'path',
  linesStartAt1: true,
  columnsStartAt1: true,
  supportsVariableType: true,
};

function launchArguments(options: LaunchOptions): object {
  return {
    program: options.program,
    cwd: process.cwd(),
    args: options.args ?? [],
    stopOnEntry: options.stopOnEntry ?? false,
    ...(options.transport === undefined ? {} : { ipc: { transport: options.transport } }),
  };
}

/**
 * Resolves at the event. Also resolves when the conversation ends, because the next request then rejects with
 * the reason.
 */
function nextEvent(connection: DapConnection, name: string): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = connection.onEvent(({ event }) => {
      if (event === name) done();
    });
    const done = (): void => {
      stopListening();
      resolve();
    };
    void connection.ended.then(done);
  });
}
