import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOG_LEVELS } from '../../commandLine/programLogger.js';
import type { LogLevel } from '../../commandLine/programLogger.js';
import { UsageError } from '../../commandLine/usageError.js';
import { IpcError, parseLauncherArgs } from '../../ipc/index.js';
import type { TransportConfig } from '../../ipc/index.js';
import type { TraceArguments } from '../../trace/recording/traceArguments.js';
import { readChildRendezvous } from './childRendezvous.js';
import { helpText } from './helpText.js';
import { readInspectorAddress } from './inspectorAddress.js';
import type { InspectorAddress } from './inspectorAddress.js';
import { readListenAddress } from './listenAddress.js';
import type { ChildRendezvous } from '../link/threadLink.js';

/**
 * What to run: a file, code as for `node -e`, or a command, an executable that starts programs. A command is not
 * debugged, but its Node.js programs are, as children.
 */
export type RunTarget =
  | { readonly kind: 'program'; readonly program: string }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'command'; readonly command: string };

/** A program that runs already, reached by its inspector. */
export interface InspectorTarget {
  readonly kind: 'inspector';
  readonly address: InspectorAddress;
  /** The process that must be there. Undefined: any process. */
  readonly pid: number | undefined;
}

/** The program to debug. */
export type Target = RunTarget | InspectorTarget;

/** Options of a launcher that listens for adapters. */
export interface ListenOptions {
  /** True if the program waits for the first adapter. */
  readonly wait: boolean;
  /** File that holds or will hold the key. Undefined: a new file. */
  readonly keyFile: string | undefined;
}

/** The parsed command line of the launcher. */
export interface LauncherOptions {
  readonly target: Target;
  readonly args: readonly string[];
  /** Address of the adapter, or with `listen`, the address at which this launcher listens. */
  readonly config: TransportConfig;
  /** Set if adapters connect to the launcher, instead of the launcher to an adapter. */
  readonly listen: ListenOptions | undefined;
  readonly stopOnEntry: boolean;
  readonly noDebug: boolean;
  /** True to leave the program running when the adapter disconnects. */
  readonly keepRunning: boolean;
  /**
   * Set if other adapters may attach when this one was lost: how long a stopped program stays stopped for them, in
   * milliseconds.
   */
  readonly reattachTimeoutMs: number | undefined;
  readonly sessionId: string | undefined;
  /** Rendezvous for the program's children. Undefined: the children are not debugged. */
  readonly childRendezvous: ChildRendezvous | undefined;
  readonly logLevel: LogLevel | undefined;
  readonly logFile: string | undefined;
  /** The file to record the session with the adapter in, and its size. Undefined: no recording. */
  readonly trace: TraceArguments;
}

/** True if the launcher debugs its own program: not with `--no-debug`, and not a command. */
export function isDebugged({ noDebug, target }: Pick<LauncherOptions, 'noDebug' | 'target'>): boolean {
  return !noDebug && target.kind !== 'command';
}

/** The longest delay of a timer, in milliseconds. */
const MAX_DELAY_MS = 2 ** 31 - 1;

const OPTIONS = {
  program: { type: 'string' },
  code: { type: 'string' },
  command: { type: 'string' },
  arg: { type: 'string', multiple: true },
  'stop-on-entry': { type: 'boolean' },
  'no-debug': { type: 'boolean' },
  'keep-running': { type: 'boolean' },
  'reattach-timeout-ms': { type: 'string' },
  inspector: { type: 'string' },
  'inspector-pid': { type: 'string' },
  listen: { type: 'string' },
  'no-wait': { type: 'boolean' },
  'key-file': { type: 'string' },
  'session-id': { type: 'string' },
  'child-rendezvous': { type: 'string' },
  /** The older name of `--child-rendezvous`. @deprecated */
  'child-desk': { type: 'string' },
  'connect-timeout-ms': { type: 'string' },
  'log-level': { type: 'string' },
  'log-file': { type: 'string' },
  trace: { type: 'string' },
  'trace-size': { type: 'string' },
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
  const { config, rest } = usesListen(argv) ? { config: undefined, rest: argv } : readIpcFlags(argv);
  const { own, programArgs } = splitAtTerminator(rest);
  const { values } = parseOwnOptions(joinArgValues(own));
  const connectTimeoutMs = readDelay('connect-timeout-ms', values['connect-timeout-ms']);
  const timeout = connectTimeoutMs === undefined ? {} : { connectTimeoutMs };
  const reattachTimeoutMs = readReattach(values);
  return {
    target: readTarget(values, programArgs),
    args: [...(values.arg ?? []), ...programArgs],
    config: config === undefined ? readListenAddress(values.listen ?? '') : { ...config, ...timeout },
    listen: readListen(values),
    stopOnEntry: values['stop-on-entry'] ?? false,
    noDebug: values['no-debug'] ?? false,
    keepRunning: values['keep-running'] ?? reattachTimeoutMs !== undefined,
    reattachTimeoutMs,
    sessionId: values['session-id'],
    childRendezvous: readChildRendezvous(
      values['child-rendezvous'] ?? values['child-desk'],
      values['session-id'],
    ),
    logLevel: readLogLevel(values['log-level']),
    logFile: values['log-file'],
    trace: { trace: values.trace, traceSize: values['trace-size'] },
  };
}

/**
 * Checked first, so that help is shown even if the rest is invalid. Arguments of the program do not count.
 */
function asksForHelp(argv: readonly string[]): boolean {
  const { own } = splitAtTerminator(argv);
  return own.some((argument, at) => (argument === '--help' || argument === '-h') && own[at - 1] !== '--arg');
}

function usesListen(argv: readonly string[]): boolean {
  const { own } = splitAtTerminator(argv);
  return own.some((argument) => argument === '--listen' || argument.startsWith('--listen='));
}

interface ListenFlags {
  readonly listen?: string | undefined;
  readonly 'no-wait'?: boolean | undefined;
  readonly 'no-debug'?: boolean | undefined;
  readonly 'key-file'?: string | undefined;
}

function readListen(flags: ListenFlags): ListenOptions | undefined {
  const { listen, 'no-wait': noWait = false, 'no-debug': noDebug = false, 'key-file': keyFile } = flags;
  if (listen === undefined) {
    if (noWait || keyFile !== undefined) throw new UsageError('--no-wait and --key-file go with --listen');
    return undefined;
  }
  if (noDebug) throw new UsageError('--no-debug leaves nothing to listen for: leave it out, or --listen');
  if (keyFile === '') throw new UsageError('--key-file needs the path of a file');
  return { wait: !noWait, keyFile: keyFile && resolve(keyFile) };
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

/** Changes `--arg -x` to `--arg=-x`: an argument of the program may start with a dash in either form. */
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

function parseOwnOptions(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false });
  } catch (error) {
    throw new UsageError(explain(error as Error), { cause: error });
  }
}

/** Rewords node's error about positional arguments, which does not fit this command. */
function explain(error: Error): string {
  const unexpected = /^Unexpected argument '(.*?)'/s.exec(error.message)?.[1];
  if (unexpected === undefined) return `${error.message.split('. ', 1)[0]}; see --help`;
  return `unexpected argument '${unexpected}': name the program by --program, its arguments by --arg or behind --`;
}

interface TargetFlags {
  readonly program?: string | undefined;
  readonly code?: string | undefined;
  readonly command?: string | undefined;
  readonly inspector?: string | undefined;
  readonly 'inspector-pid'?: string | undefined;
  readonly arg?: readonly string[] | undefined;
  readonly listen?: string | undefined;
  readonly 'no-debug'?: boolean | undefined;
}

function readTarget(flags: TargetFlags, programArgs: readonly string[]): Target {
  const { program, code, command, inspector, 'inspector-pid': pid } = flags;
  if (inspector === undefined) {
    if (pid !== undefined) throw new UsageError('--inspector-pid goes with --inspector');
    return readRunTarget(flags);
  }
  const hasProgram = [program, code, command].some((given) => given !== undefined);
  if (hasProgram || flags.arg !== undefined || programArgs.length > 0) {
    throw new UsageError(
      '--inspector names a program that runs already: leave out what to run, and its arguments',
    );
  }
  if (flags.listen !== undefined || flags['no-debug'] === true) {
    throw new UsageError('--inspector goes with --ipc: leave out --listen and --no-debug');
  }
  return { kind: 'inspector', address: readInspectorAddress(inspector), pid: readPid(pid) };
}

function readPid(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UsageError(`--inspector-pid ${text}: give the number of a process`);
}

function readRunTarget({ program, code, command, listen }: TargetFlags): RunTarget {
  if ([program, code, command].filter((given) => given !== undefined).length > 1) {
    throw new UsageError('give one of --program, --code and --command');
  }
  if (program === '') throw new UsageError('--program needs the path of a file');
  if (command === '') throw new UsageError('--command needs an executable');
  if (program !== undefined) return { kind: 'program', program };
  if (code !== undefined) return { kind: 'code', code };
  if (command === undefined) {
    throw new UsageError('nothing to run: give --program FILE, --code TEXT or --command FILE; see --help');
  }
  if (listen !== undefined)
    throw new UsageError('--listen goes with --program or --code: a command is not debugged');
  return { kind: 'command', command };
}

function readReattach(
  flags: TargetFlags & { 'reattach-timeout-ms'?: string | undefined },
): number | undefined {
  const delayMs = readDelay('reattach-timeout-ms', flags['reattach-timeout-ms']);
  const isDebugged =
    flags.command === undefined && flags.inspector === undefined && flags['no-debug'] !== true;
  if (delayMs === undefined || isDebugged) return delayMs;
  throw new UsageError('--reattach-timeout-ms goes with --program or --code, and a debugger');
}

function readDelay(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const delayMs = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (delayMs > 0 && delayMs <= MAX_DELAY_MS) return delayMs;
  throw new UsageError(
    `--${name} ${text}: give a whole number of milliseconds above 0, at most ${MAX_DELAY_MS}`,
  );
}

function readLogLevel(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined;
  const known = LOG_LEVELS.find((level) => level === text);
  if (known === undefined) throw new UsageError(`--log-level ${text}: known are ${LOG_LEVELS.join(', ')}`);
  return known;
}
