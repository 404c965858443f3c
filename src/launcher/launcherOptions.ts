import { parseArgs } from 'node:util';
import { LOG_LEVELS, type LogLevel } from '../commandLine/programLogger.js';
import { UsageError } from '../commandLine/usageError.js';
import { IpcError, parseLauncherArgs, type TransportConfig } from '../ipc/index.js';
import { helpText } from './helpText.js';

/** What is to run: a file, or code as for `node -e`. */
export type Target =
  { readonly kind: 'program'; readonly program: string } | { readonly kind: 'code'; readonly code: string };

/** The launcher's command line, read. */
export interface LauncherOptions {
  readonly target: Target;
  readonly args: readonly string[];
  readonly config: TransportConfig;
  readonly stopOnEntry: boolean;
  readonly noDebug: boolean;
  /** Leave the program running when the adapter goes away. */
  readonly keepRunning: boolean;
  readonly sessionId: string | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly logFile: string | undefined;
}

const OPTIONS = {
  program: { type: 'string' },
  code: { type: 'string' },
  arg: { type: 'string', multiple: true },
  'stop-on-entry': { type: 'boolean' },
  'no-debug': { type: 'boolean' },
  'keep-running': { type: 'boolean' },
  'session-id': { type: 'string' },
  'connect-timeout-ms': { type: 'string' },
  'log-level': { type: 'string' },
  'log-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads the launcher's command line.
 *
 * @param argv the arguments behind the script's name
 * @returns the options, or the help text where that was asked for
 * @throws UsageError
 */
export function readLauncherOptions(argv: readonly string[]): LauncherOptions | { readonly help: string } {
  if (asksForHelp(argv)) return { help: helpText() };
  const { config, rest } = readIpcFlags(argv);
  const { own, programArgs } = splitAtTerminator(rest);
  const { values } = parseOwn(joinArgValues(own));
  return {
    target: readTarget(values.program, values.code),
    args: [...(values.arg ?? []), ...programArgs],
    config: { ...config, ...readConnectTimeout(values['connect-timeout-ms']) },
    stopOnEntry: values['stop-on-entry'] ?? false,
    noDebug: values['no-debug'] ?? false,
    keepRunning: values['keep-running'] ?? false,
    sessionId: values['session-id'],
    logLevel: readLogLevel(values['log-level']),
    logFile: values['log-file'],
  };
}

/** Looked for first, so that help comes also where the rest is wrong. Not in what belongs to the program. */
function asksForHelp(argv: readonly string[]): boolean {
  const { own } = splitAtTerminator(argv);
  return own.some((argument, at) => (argument === '--help' || argument === '-h') && own[at - 1] !== '--arg');
}

function readIpcFlags(argv: readonly string[]): ReturnType<typeof parseLauncherArgs> {
  try {
    return parseLauncherArgs([...argv]);
  } catch (error) {
    if (error instanceof IpcError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function splitAtTerminator(argv: readonly string[]): {
  own: readonly string[];
  programArgs: readonly string[];
} {
  const at = argv.indexOf('--');
  return at < 0
    ? { own: argv, programArgs: [] }
    : { own: argv.slice(0, at), programArgs: argv.slice(at + 1) };
}

/** `--arg -x` becomes `--arg=-x`: a program argument may begin with a dash in either form. */
function joinArgValues(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const value = argv[at + 1];
    if (argv[at] === '--arg' && value !== undefined) {
      joined.push(`--arg=${value}`);
      at++;
    } else {
      joined.push(argv[at] ?? '');
    }
  }
  return joined;
}

function parseOwn(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false });
  } catch (error) {
    throw new UsageError(explain(error as Error), { cause: error });
  }
}

/** Node's text teaches only how to write positionals; ours says how this command takes them. */
function explain(error: Error): string {
  const unexpected = /^Unexpected argument '(.*?)'/s.exec(error.message)?.[1];
  if (unexpected === undefined) return `${error.message.split('. ', 1)[0]}; see --help`;
  return `unexpected argument '${unexpected}': name the program by --program, its arguments by --arg or behind --`;
}

function readTarget(program: string | undefined, code: string | undefined): Target {
  if (program !== undefined && code !== undefined) throw new UsageError('give --program or --code, not both');
  if (program === '') throw new UsageError('--program needs the path of a file');
  if (program !== undefined) return { kind: 'program', program };
  if (code !== undefined) return { kind: 'code', code };
  throw new UsageError('nothing to run: give --program FILE, or --code TEXT; see --help');
}

function readConnectTimeout(text: string | undefined): { connectTimeoutMs?: number } {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`--connect-timeout-ms ${text}: give a whole number of milliseconds above 0`);
  }
  return { connectTimeoutMs: Number(text) };
}

function readLogLevel(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined;
  const known = LOG_LEVELS.find((level) => level === text);
  if (known === undefined) throw new UsageError(`--log-level ${text}: known are ${LOG_LEVELS.join(', ')}`);
  return known;
}
