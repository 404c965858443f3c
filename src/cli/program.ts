import { createRequire } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AdapterOptions } from './adapterCommand.js';
import { parseBreakpoint } from './debug/breakpointSpec.js';
import type { BreakpointSpec } from './debug/breakpointSpec.js';
import type { DebugOptions } from './debug/debugCommand.js';
import { printableText } from './debug/printable.js';
import { ADAPTER_HELP, DEBUG_HELP, PROGRAM_HELP } from './helpTexts.js';
import { LOG_LEVELS } from '../commandLine/programLogger.js';
import type { LogOptions } from '../commandLine/programLogger.js';

/** The actions of the subcommands. They are called with checked arguments. */
export interface CommandActions {
  adapter(options: AdapterOptions): Promise<void>;
  debug(options: DebugOptions & LogOptions): Promise<void>;
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
  return program;
}

function addAdapter(program: Command, actions: CommandActions): void {
  const command = program
    .command('adapter')
    .description('Speaks the Debug Adapter Protocol over stdin and stdout, or on a port.')
    .option(
      '--server <port>',
      'listen on this port of 127.0.0.1, for several sessions; 0 picks one',
      parsePort,
    )
    .addHelpText('after', ADAPTER_HELP);
  addLogOptions(command).action((options: AdapterOptions) => actions.adapter(options));
}

interface DebugFlags extends LogOptions {
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
  addLogOptions(command).action((path: string, args: string[], flags: DebugFlags) =>
    actions.debug({
      program: path,
      args,
      breakpoints: flags.break,
      json: flags.json ?? false,
      stopOnEntry: flags.stopOnEntry ?? flags.break.length === 0,
      transport: flags.transport,
      logLevel: flags.logLevel,
      logFile: flags.logFile,
    }),
  );
}

function addLogOptions(command: Command): Command {
  return command
    .addOption(new Option('--log-level <level>', 'how much to log (default: silent)').choices(LOG_LEVELS))
    .option('--log-file <file>', 'log to this file instead of stderr (then the level is info by default)');
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function addBreak(text: string, before: BreakpointSpec[]): BreakpointSpec[] {
  try {
    return [...before, parseBreakpoint(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return version;
}
