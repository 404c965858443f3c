import { basename, dirname, isAbsolute, resolve } from 'node:path';
import type { Message, TransportConfig } from '../../ipc/index.js';
import {
  delayMs,
  flag,
  optionalChoice,
  optionalObject,
  optionalString,
  stringList,
} from './argumentReader.js';
import { namesBelow } from '../../paths/filePaths.js';
import { readChildSettings, readProgramSettings } from './childSettings.js';
import type { ChildSettings } from './childSettings.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import { readDebugSettings } from './debugSettings.js';
import { readEnvironment } from './environment.js';
import type { Environment } from './environment.js';
import { readIpc } from './ipcSetting.js';
import { isProfileName, PROFILE_NAMES } from './launcherProfiles.js';
import type { ProfileName } from './launcherProfiles.js';
import { kindAt } from './programFile.js';
import { readRestart } from './restartPolicy.js';
import type { RestartPolicy } from './restartPolicy.js';
import { withRuntimeVersion } from './runtimeVersion.js';
import { readTargets } from './launchTarget.js';
import type { LaunchTarget } from './launchTarget.js';

/** The time in which a launcher starts, connects and responds to the first commands, in milliseconds. */
export const DEFAULT_LAUNCH_TIMEOUT_MS = 30_000;
/** The time in which a program may end before it is killed, in milliseconds. */
export const DEFAULT_TERMINATE_TIMEOUT_MS = 1_500;

/** The same with `"killBehavior": "forceful"`, in milliseconds. */
const FORCEFUL_MS = 1;
const KILL_BEHAVIORS = ['forceful', 'polite', 'none'] as const;
/** The value of `keepRunning` with which another adapter can attach. */
const REATTACH = 'reattach';
/** The time that a stopped program stays stopped when its adapter was lost, in milliseconds. */
const DEFAULT_REATTACH_TIMEOUT_MS = 600_000;

const CONSOLES = ['internalConsole', 'integratedTerminal', 'externalTerminal'] as const;

/** The command line of a process. */
export interface LauncherCommand {
  /** The executable: a path, or a name in `PATH`. */
  readonly command: string;
  readonly args: readonly string[];
}

/** A launcher that the user provides instead of this package's. The adapter appends its arguments to `args`. */
export interface LauncherSetting extends LauncherCommand {
  /** The kind of launcher. Default: `native`. */
  readonly profile: ProfileName;
}

/** The arguments of `launch`, checked, with every default filled in. */
export interface LaunchArguments {
  /** What to run: a program, or a command. */
  readonly target: LaunchTarget;
  /** The command that can run the program, too, if the client can start the sessions of its children. */
  readonly alternative: LaunchTarget | undefined;
  /** The absolute path of the working directory. Default: the adapter's. */
  readonly cwd: string;
  /** Changes to the adapter's environment, those of `envFile` included; null removes a variable. */
  readonly env: Environment;
  /** The program's console: the adapter, or a terminal that the client opens. */
  readonly console: (typeof CONSOLES)[number];
  /** True: stop before the first line of the program, or of the first that a command starts. */
  readonly stopOnEntry: boolean;
  /** True: run without a debugger. */
  readonly noDebug: boolean;
  /** The Node.js that runs this package's launcher and a program. Default: the adapter's. */
  readonly runtimeExecutable: string;
  /** The options of that Node.js. */
  readonly runtimeArgs: readonly string[];
  readonly launcher: LauncherSetting | undefined;
  /** The connection between adapter and launcher. */
  readonly ipc: TransportConfig;
  readonly launchTimeoutMs: number;
  readonly terminateTimeoutMs: number;
  /** True: the program runs on when the client or the adapter goes away. */
  readonly keepRunning: boolean;
  /**
   * Set if another adapter can attach when this one was lost: how long a stopped program stays stopped for it, in
   * milliseconds.
   */
  readonly reattachTimeoutMs: number | undefined;
  /** Undefined: the session does not begin again when the program has crashed. */
  readonly restart: RestartPolicy | undefined;
  /** The arguments of the launcher's command `launch`. */
  readonly debugSettings: Message;
  /** The settings for child processes. Undefined: they are not debugged. */
  readonly children: ChildSettings | undefined;
  /** The settings for the programs that a command starts. Undefined without a command. */
  readonly programs: ChildSettings | undefined;
}

/** The arguments that the start of a launcher or a DAP server needs. */
export type LaunchSettings = Pick<
  LaunchArguments,
  'ipc' | 'cwd' | 'env' | 'launchTimeoutMs' | 'terminateTimeoutMs'
>;

/** The arguments of a launch or an attach that the debuggee needs. */
export interface DebuggeeSettings extends Pick<
  LaunchArguments,
  'noDebug' | 'keepRunning' | 'launchTimeoutMs' | 'terminateTimeoutMs' | 'debugSettings'
> {
  /** What is debugged, by its kind. With `command`, that is the programs which it starts. Undefined: a child. */
  readonly target?: { readonly kind: string };
  /** Undefined: the session does not begin again when the program has ended. */
  readonly restart?: RestartPolicy | undefined;
}

/**
 * Reads `cwd`. Default: the adapter's own, unless the program is somewhere else; then the program's.
 *
 * @param program the path of the program, if it is known
 */
export async function readCwd(raw: Message, program?: string): Promise<string> {
  const given = optionalString(raw, 'cwd');
  const cwd = resolve(given ?? defaultCwd(program));
  const kind = await kindAt(cwd);
  if (kind === 'a directory') return cwd;
  // That the program is not there either is the better error.
  if (given === undefined) return process.cwd();
  const found = kind === 'nothing' ? 'there is nothing' : `it is ${kind}`;
  throw badLaunchArgument(`"cwd" is not a directory: "${cwd}", ${found}.`);
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

/** Reads the command line of `launcher`. */
export function readCommand(launcher: Message): LauncherCommand {
  const command = optionalString(launcher, 'command', 'launcher.');
  if (command === undefined) {
    throw badLaunchArgument('"launcher.command" is missing. Give the executable that starts your launcher.');
  }
  return { command, args: stringList(launcher, 'args', 'launcher.') };
}

/**
 * Reads the arguments of a `launch` request. Unknown fields are ignored: clients add their own.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export async function readLaunchArguments(raw: Message): Promise<LaunchArguments> {
  const cwd = await readCwd(raw, optionalString(raw, 'program'));
  const env = await withRuntimeVersion(raw, await readEnvironment(raw, cwd));
  const launcher = readLauncher(raw);
  const targets = await readTargets(raw, { cwd, env, hasOwnLauncher: launcher !== undefined });
  const { target, alternative, stopOnEntry } = targets;
  return {
    ...targets,
    cwd,
    env,
    console: optionalChoice(raw, 'console', CONSOLES) ?? 'internalConsole',
    noDebug: flag(raw, 'noDebug'),
    launcher,
    ipc: readIpc(raw),
    ...readTimeouts(raw),
    ...readKeepRunning(raw),
    restart: readRestart(raw),
    debugSettings: readDebugSettings(raw),
    children: target.kind === 'command' ? undefined : readChildSettings(raw),
    programs:
      target.kind === 'command' || alternative !== undefined
        ? readProgramSettings(raw, stopOnEntry)
        : undefined,
  };
}

/** Reads the time limits of a launch, or their defaults. `timeout` is js-debug's name of the first. */
export function readTimeouts(raw: Message): Pick<LaunchArguments, 'launchTimeoutMs' | 'terminateTimeoutMs'> {
  const launchTimeoutMs = delayMs(raw, 'timeout', DEFAULT_LAUNCH_TIMEOUT_MS);
  const endMs = readKillBehavior(raw) === 'forceful' ? FORCEFUL_MS : DEFAULT_TERMINATE_TIMEOUT_MS;
  return {
    launchTimeoutMs: delayMs(raw, 'launchTimeoutMs', launchTimeoutMs),
    terminateTimeoutMs: delayMs(raw, 'terminateTimeoutMs', endMs),
  };
}

/** Reads if the program outlives the adapter, and if another adapter can attach to it then. */
function readKeepRunning(raw: Message): Pick<LaunchArguments, 'keepRunning' | 'reattachTimeoutMs'> {
  const timeoutMs = delayMs(raw, 'reattachTimeoutMs', DEFAULT_REATTACH_TIMEOUT_MS);
  if (typeof raw.keepRunning === 'string') {
    optionalChoice(raw, 'keepRunning', [REATTACH]);
    return { keepRunning: true, reattachTimeoutMs: timeoutMs };
  }
  const keepRunning = flag(raw, 'keepRunning') || readKillBehavior(raw) === 'none';
  return { keepRunning, reattachTimeoutMs: undefined };
}

/** Reads js-debug's word for how a program is ended: at once, step by step, or not at all. */
function readKillBehavior(raw: Message): (typeof KILL_BEHAVIORS)[number] | undefined {
  return optionalChoice(raw, 'killBehavior', KILL_BEHAVIORS);
}

/**
 * The adapter's working directory is the project's where an editor has started it there. Otherwise it says nothing
 * about the program, whose directory is the better guess.
 */
function defaultCwd(program: string | undefined): string {
  const cwd = process.cwd();
  if (program === undefined || !isAbsolute(program)) return cwd;
  const isInside = namesBelow(program, cwd, process.platform) !== undefined;
  const isRoot = basename(cwd) === '';
  return isInside && !isRoot ? cwd : dirname(program);
}
