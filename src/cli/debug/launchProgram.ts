import type { BreakpointStore } from './breakpointStore.js';
import type { DapConnection } from './dapConnection.js';

/** What to run, and how. */
export interface LaunchOptions {
  /** The program's path; the adapter checks it. */
  program: string;
  args?: readonly string[] | undefined;
  /** Stop before the program's first line. Default false. */
  stopOnEntry?: boolean | undefined;
  /** `auto` (the default), `pipe`, `unix` or `tcp`. */
  transport?: string | undefined;
}

/** Longer than the adapter's own deadline for a launch, so that its error, which says more, comes first. */
const LAUNCH_TIMEOUT_MS = 45_000;

/**
 * The opening of a session, in the order that DAP asks for: initialize, launch, breakpoints when the adapter
 * is ready for them, configurationDone. Resolves when the program may run. Rejects with what went wrong.
 */
export async function launchProgram(
  connection: DapConnection,
  options: LaunchOptions,
  breakpoints: BreakpointStore,
): Promise<void> {
  const ready = nextEvent(connection, 'initialized');
  await connection.request('initialize', CLIENT);
  const launched = connection.request('launch', launchArguments(options), LAUNCH_TIMEOUT_MS);
  // The launch may be answered before that event, after it, or with a failure and no event at all.
  await Promise.race([ready, launched.then(() => ready)]);
  await breakpoints.sendAll();
  await connection.request('configurationDone');
  await launched;
}

const CLIENT = {
  clientID: 'debug-adapter-ipc',
  clientName: 'debug-adapter-ipc debug',
  adapterID: 'debug-adapter-ipc',
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

/** Resolves at the event, and also when the conversation ends: the request that follows tells why. */
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
