import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AdapterOptions } from './adapterCommand.js';
import { parseBreakpoint } from './debug/breakpointSpec.js';
import type { BreakpointSpec } from './debug/breakpointSpec.js';
import type { DebugOptions } from './debug/debugCommand.js';
import { printableText } from '../commandLine/printable.js';
import { ADAPTER_HELP, DEBUG_HELP, PROGRAM_HELP } from './helpTexts.js';
import { LOG_LEVELS } from '../commandLine/programLogger.js';
import type { LogOptions } from '../commandLine/programLogger.js';
import { ownFolder } from '../processes/launcherFile.js';
import type { TraceArguments } from '../trace/recording/traceArguments.js';

/** The smallest limit with which a session can work. */
const MIN_FRAME_BYTES = 4_096;
/** The longest text that all supported versions of Node.js can hold. */
const MAX_FRAME_BYTES = 536_870_888;

/** The actions of the subcommands. They are called with checked arguments. */
export interface CommandActions {
  adapter(options: AdapterOptions): Promise<void>;
  debug(options: DebugOptions & LogOptions & TraceArguments): Promise<void>;
}

/** Creates the command line and its help. Invalid input throws commander's `CommanderError`. */
export function createProgram(actions: CommandActions): Command {
  const program = new Command('debug-adapter-ipc')
    .description('Debugs Node.js programs: a debug adapter, a launcher, and a terminal front-end over them.')
    .version(packageVersion(), '-v, --version')
    .showHelpAfterError('("--help" shows what there is)')
    .exitOverride()
    // Errors quote arguments, which may be names of files.
    .configureOutput({ writeErr: (text) => process.stderr.write(printableText(text)) })
    .addHelpText('after', PROGRAM_HELP);
  addAdapter(program, actions);
  addDebug(program, actions);
  // Only for the help: the launcher reads its own arguments, before this module is loaded.
  program
    .command('launch')
    .summary('runs a program for an adapter, or for one that attaches later (see launch --help)')
    .description(
      'Runs a program under an adapter that listens, which starts this; or, with --listen, for adapters to ' +
        'attach to. "launch --help" tells its options.',
    );
  // Only for the help: the command reads its own arguments, and is loaded when it is used.
  program
    .command('trace')
    .description('Shows, replays and redacts recorded sessions. "trace --help" tells its commands.');
  return program;
}

function addAdapter(program: Command, actions: CommandActions): void {
  const command = program
    .command('adapter')
    .description('Speaks the Debug Adapter Protocol over stdin and stdout, on a port or on a socket.')
    .option(
      '--server <port|path>',
      'listen on this port of 127.0.0.1 (0 picks one) or at this path, for several sessions of your own processes',
      parsePortOrPath,
    )
    .option(
      '--server-token-file <file>',
      'each client has to send the token of this file first, which is made if it is missing',
    )
    .option(
      '--server-allow-other-users',
      'let every user of this machine connect to the port, and so run programs as you',
    )
    .option('--isolate', 'with --server: run each session in a process of its own')
    .option(
      '--warm-launcher',
      'start a launcher before it is asked for, some 50 MB, so that a launch does not wait for one (the default)',
    )
    .option('--no-warm-launcher', 'do not; with --isolate there is none')
    .option(
      '--max-frame-bytes <n>',
      'the longest message of the client and of each launcher, in bytes (default: 67108864)',
      parseFrameBytes,
    )
    .addHelpText('after', ADAPTER_HELP);
  addTraceOptions(addLogOptions(command)).action((options: AdapterOptions) => actions.adapter(options));
}

interface DebugFlags extends LogOptions, TraceArguments {
  break: BreakpointSpec[];
  json?: true;
  stopOnEntry?: boolean;
  transport?: string;
}

function addDebug(program: Command, actions: CommandActions): void {
  const command = program
    .command('debug')
    .description('Runs a program in the terminal, and stops where it is told to.')
    .usage('[options] <program> [-- args...]')
    .argument('<program>', 'the program to run')
    .argument('[args...]', "the program's own arguments, after --")
    .addOption(
      new Option('--break <file:line>', 'stop there; may be given several times')
        .argParser(addBreak)
        .default([], 'none'),
    )
    .option('--stop-on-entry', 'stop before the first line (the default if there is no --break)')
    .option('--no-stop-on-entry', 'do not')
    .option('--transport <name>', 'between adapter and launcher: auto, pipe, unix, tcp or fd (default: auto)')
    .option('--json', 'print the DAP messages on stdout, one a line, and all else on stderr')
    .addHelpText('after', DEBUG_HELP);
  addTraceOptions(addLogOptions(command)).action((path: string, args: string[], flags: DebugFlags) =>
    actions.debug({
      program: path,
      args,
      breakpoints: flags.break,
      json: flags.json ?? false,
      stopOnEntry: flags.stopOnEntry ?? flags.break.length === 0,
      transport: flags.transport,
      logLevel: flags.logLevel,
      logFile: flags.logFile,
      trace: flags.trace,
      traceSize: flags.traceSize,
    }),
  );
}

function addLogOptions(command: Command): Command {
  return command
    .addOption(new Option('--log-level <level>', 'how much to log (default: silent)').choices(LOG_LEVELS))
    .option('--log-file <file>', 'log to this file instead of stderr (then the level is info by default)');
}

function addTraceOptions(command: Command): Command {
  return command
    .option('--trace <file>', 'record the traffic of all sessions in this file (see docs/trace.md)')
    .option('--trace-size <bytes>', 'the most bytes of that file, such as 10M (default: 64M)');
}

function parsePortOrPath(text: string): number | string {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  if (isPath(text)) return text;
  const path =
    process.platform === 'win32' ? 'a pipe is \\\\.\\pipe\\NAME' : 'a path has a slash (./adapter.sock)';
  throw new InvalidArgumentError(`A port is a number from 0 to 65535; ${path}.`);
}

function isPath(text: string): boolean {
  return process.platform === 'win32' ? /^\\\\[.?]\\pipe\\./i.test(text) : text.includes('/');
}

function parseFrameBytes(text: string): number {
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (bytes >= MIN_FRAME_BYTES && bytes <= MAX_FRAME_BYTES) return bytes;
  throw new InvalidArgumentError(`A number of bytes from ${MIN_FRAME_BYTES} to ${MAX_FRAME_BYTES}.`);
}

function addBreak(text: string, before: BreakpointSpec[]): BreakpointSpec[] {
  try {
    return [...before, parseBreakpoint(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function packageVersion(): string {
  const { version } = createRequire(join(ownFolder(), 'any.js'))('../../package.json') as { version: string };
  return version;
}
