import type { Readable } from 'node:stream';
import { AdapterProcess } from './adapterProcess.js';
import type { AdapterCommand } from './adapterProcess.js';
import type { BreakpointSpec } from './breakpointSpec.js';
import { BreakpointStore } from './breakpointStore.js';
import { FrontEnd } from './frontEnd.js';
import { Interrupts } from './interrupts.js';
import { launchProgram } from './launchProgram.js';
import type { LaunchOptions } from './launchProgram.js';
import { LineReader } from './lineReader.js';
import { Screen } from './screen.js';
import type { ScreenStreams } from './screen.js';
import { SessionProgress } from './sessionProgress.js';

/** Options of the subcommand `debug`. */
export interface DebugOptions extends LaunchOptions {
  breakpoints: readonly BreakpointSpec[];
  /** True to print only the DAP messages on stdout, one per line. */
  json: boolean;
}

/** The input and output streams of a front-end. */
export interface FrontEndStreams extends ScreenStreams {
  stdin: Readable & { isTTY?: boolean };
}

/**
 * Runs one debug session in the terminal, from the start of the adapter to its end. Resolves to the exit
 * code: the program's exit code, or 0 after an early quit. Rejects if the launch fails or the adapter dies.
 */
export async function runDebugCommand(
  adapter: AdapterCommand,
  options: DebugOptions,
  streams: FrontEndStreams,
): Promise<number> {
  const screen = new Screen(streams, options.json);
  const adapterProcess = AdapterProcess.start(adapter, (direction, message) =>
    screen.showMessage(direction, message),
  );
  const lines = new LineReader(streams.stdin, screen.ownStream, streams.stdin.isTTY === true);
  try {
    return await runFrontEnd(adapterProcess, options, { streams, screen, lines });
  } finally {
    lines.close();
    await adapterProcess.close();
  }
}

interface Terminal {
  streams: FrontEndStreams;
  screen: Screen;
  lines: LineReader;
}

async function runFrontEnd(
  { connection }: AdapterProcess,
  options: DebugOptions,
  { streams, screen, lines }: Terminal,
): Promise<number> {
  const progress = new SessionProgress(connection);
  const breakpoints = new BreakpointStore(connection);
  connection.onEvent((event) => screen.showOutput(event));
  for (const spec of options.breakpoints) breakpoints.add(spec);
  const frontEnd = new FrontEnd({ connection, progress, breakpoints, lines, screen });
  const handlers = { interrupt: () => frontEnd.interrupt(), quit: () => frontEnd.requestQuit() };
  const interrupts = new Interrupts(handlers);
  lines.onInterrupt(handlers.interrupt);
  // The reader of the output has gone, as after `| head`, so the session ends.
  streams.stdout.on('error', handlers.quit);
  try {
    const exitCode = await frontEnd.run(launchProgram(connection, options, breakpoints));
    return interrupts.exitCode ?? exitCode;
  } finally {
    interrupts.release();
  }
}
