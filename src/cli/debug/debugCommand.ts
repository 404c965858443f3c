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

/** What `debug` was asked for. */
export interface DebugOptions extends LaunchOptions {
  breakpoints: readonly BreakpointSpec[];
  /** Print the DAP messages, one a line, on stdout and nothing else there. */
  json: boolean;
}

/** The streams that a front-end talks over. */
export interface FrontEndStreams extends ScreenStreams {
  stdin: Readable & { isTTY?: boolean };
}

/**
 * One debug session in the terminal, from the adapter's start to its end. Resolves to the exit code: the
 * program's own, or 0 if it was left early. Rejects if the program could not be launched or the adapter died.
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
  const lines = new LineReader(streams.stdin, screen.talk, streams.stdin.isTTY === true);
  try {
    return await converse(adapterProcess, options, { streams, screen, lines });
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

async function converse(
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
  // Nobody reads what we print any more, as after `| head`: there is no one to go on for.
  streams.stdout.on('error', handlers.quit);
  try {
    const exitCode = await frontEnd.run(launchProgram(connection, options, breakpoints));
    return interrupts.exitCode ?? exitCode;
  } finally {
    interrupts.release();
  }
}
