import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemCode, toError } from '../../ipc/index.js';
import type { Message, TransportConfig } from '../../ipc/index.js';
import {
  delayMs,
  flag,
  optionalChoice,
  optionalObject,
  optionalString,
  stringList,
} from './argumentReader.js';
import { readChildSettings } from './childSettings.js';
import type { ChildSettings } from './childSettings.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import { readDebugSettings } from './debugSettings.js';
import { readEnvironment } from './environment.js';
import type { Environment } from './environment.js';
import { readIpc } from './ipcSetting.js';
import type { LauncherCommand } from '../starting/launcherCommand.js';
import { isProfileName, PROFILE_NAMES, profileOf } from '../profiles/profiles.js';
import type { ProfileName } from '../profiles/profiles.js';
import { readRuntimeExecutable } from './runtimeExecutable.js';

/** How long a launcher has to start, connect and answer the first commands, in milliseconds. */
export const DEFAULT_LAUNCH_TIMEOUT_MS = 30_000;
/** How long each rung of the stop ladder waits for the program to end, in milliseconds. */
export const DEFAULT_TERMINATE_TIMEOUT_MS = 2_000;

const CONSOLES = ['internalConsole', 'integratedTerminal', 'externalTerminal'] as const;

/** A launcher of the user's own, in place of this package's. */
export interface LauncherSetting {
  readonly command: string;
  /** Come first; the adapter puts its own (the endpoint, the program) after them. */
  readonly args: readonly string[];
  /** Which kind of launcher it is; `native` unless given. */
  readonly profile: ProfileName;
}

/** The arguments of `launch`, checked, with every default filled in. */
export interface LaunchArguments {
  /** Absolute path of the program; as given it may be relative to `cwd`. */
  readonly program: string;
  /** The program's own arguments. */
  readonly args: readonly string[];
  /** Absolute; the adapter's own directory unless given. */
  readonly cwd: string;
  /** Added to the adapter's environment; null takes a variable away. What `envFile` has is in it. */
  readonly env: Environment;
  /** Where the program reads and writes: through the adapter, or in a terminal that the client opens. */
  readonly console: (typeof CONSOLES)[number];
  /** Stop before the first line of the program. */
  readonly stopOnEntry: boolean;
  /** Run without a debugger. */
  readonly noDebug: boolean;
  /** The Node.js that runs this package's launcher, and so the program; the adapter's own unless given. */
  readonly runtimeExecutable: string;
  /** Node.js options for the same. */
  readonly runtimeArgs: readonly string[];
  readonly launcher: LauncherSetting | undefined;
  /** How adapter and launcher talk. */
  readonly ipc: TransportConfig;
  readonly launchTimeoutMs: number;
  readonly terminateTimeoutMs: number;
  /** Let the program run on when the client or the adapter goes away. */
  readonly keepRunning: boolean;
  /** How the launcher is to debug: the arguments of its command `launch`. */
  readonly debugSettings: Message;
  /** How its child processes come to be debugged; undefined: they do not. */
  readonly children: ChildSettings | undefined;
}

async function kindAt(path: string): Promise<'file' | 'directory' | 'nothing'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'directory' : 'file';
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'nothing';
    throw badLaunchArgument(`"${path}" cannot be looked at: ${toError(error).message}.`, error);
  }
}

async function hintFor(program: string): Promise<string> {
  for (const extension of ['.js', '.mjs', '.cjs']) {
    if ((await kindAt(program + extension)) === 'file') return ` Did you mean "${program}${extension}"?`;
  }
  return ' Give the path of the file to run, absolute or relative to "cwd".';
}

async function readProgram(raw: Message, cwd: string): Promise<string> {
  const given = optionalString(raw, 'program');
  if (given === undefined) {
    throw badLaunchArgument('"program" is missing. Give the path of the file to run.');
  }
  const program = resolve(cwd, given);
  const kind = await kindAt(program);
  if (kind === 'file') return program;
  if (kind === 'directory') {
    throw badLaunchArgument(`"program" is a directory: "${program}". Give the file in it to run.`);
  }
  throw badLaunchArgument(`"program" is not there: "${program}".${await hintFor(program)}`);
}

export async function readCwd(raw: Message): Promise<string> {
  const cwd = resolve(optionalString(raw, 'cwd') ?? process.cwd());
  if ((await kindAt(cwd)) === 'directory') return cwd;
  throw badLaunchArgument(`"cwd" is not a directory: "${cwd}".`);
}

function readProfile(launcher: Message): ProfileName {
  const name = optionalString(launcher, 'profile', 'launcher.') ?? 'native';
  if (isProfileName(name)) return name;
  throw badLaunchArgument(`"launcher.profile" is one of ${PROFILE_NAMES.join(', ')}; not "${name}".`);
}

function readLauncher(raw: Message): LauncherSetting | undefined {
  const launcher = optionalObject(raw, 'launcher', ['command', 'args', 'profile']);
  if (launcher === undefined) return undefined;
  return { ...readCommand(launcher), profile: readProfile(launcher) };
}

/** What `launcher` says of how it is started. */
export function readCommand(launcher: Message): LauncherCommand {
  const command = optionalString(launcher, 'command', 'launcher.');
  if (command === undefined) {
    throw badLaunchArgument('"launcher.command" is missing. Give the executable that starts your launcher.');
  }
  return { command, args: stringList(launcher, 'args', 'launcher.') };
}

/**
 * Reads the arguments of a `launch` request. Fields that it does not know are left alone: clients add
 * their own.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export async function readLaunchArguments(raw: Message): Promise<LaunchArguments> {
  const cwd = await readCwd(raw);
  const env = await readEnvironment(raw, cwd);
  const launch: LaunchArguments = {
    program: await readProgram(raw, cwd),
    args: stringList(raw, 'args'),
    cwd,
    env,
    console: optionalChoice(raw, 'console', CONSOLES) ?? 'internalConsole',
    stopOnEntry: flag(raw, 'stopOnEntry'),
    noDebug: flag(raw, 'noDebug'),
    runtimeExecutable: readRuntimeExecutable(raw, env),
    runtimeArgs: stringList(raw, 'runtimeArgs'),
    launcher: readLauncher(raw),
    ipc: readIpc(raw),
    ...readTimeouts(raw),
    keepRunning: flag(raw, 'keepRunning'),
    debugSettings: readDebugSettings(raw),
    children: readChildSettings(raw),
  };
  return profileOf(launch).settle(launch);
}

/** How long things may take, as `launch` says or by default. */
export function readTimeouts(raw: Message): Pick<LaunchArguments, 'launchTimeoutMs' | 'terminateTimeoutMs'> {
  return {
    launchTimeoutMs: delayMs(raw, 'launchTimeoutMs', DEFAULT_LAUNCH_TIMEOUT_MS),
    terminateTimeoutMs: delayMs(raw, 'terminateTimeoutMs', DEFAULT_TERMINATE_TIMEOUT_MS),
  };
}
