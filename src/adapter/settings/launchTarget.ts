import type { Message } from '../../ipc/index.js';
import { defaultRuntime } from '../../processes/findRuntime.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import { flag, optionalString, stringList, wordList } from './argumentReader.js';
import { variableOf } from './environment.js';
import type { Environment } from './environment.js';
import { programFile } from './programFile.js';
import { readRuntimeExecutable } from './runtimeExecutable.js';
import { isNodeItself, runtimeKind } from './runtimeKind.js';
import { typeScriptOptions } from './typeScript.js';

/** What a launch runs, with its arguments. */
export interface LaunchTarget {
  /**
   * `program`: a file that Node.js or the user's launcher runs. `command`: an executable such as npm, which is not
   * debugged; the Node.js programs that it starts are, as children.
   */
  readonly kind: 'program' | 'command';
  /** The absolute path of the program; the client may give it relative to `cwd`. Of a command, the executable. */
  readonly path: string;
  readonly args: readonly string[];
}

/** The parts of a launch that say what runs. */
interface LaunchTargets {
  readonly target: LaunchTarget;
  /** A command that runs the same, for a runtime of unknown kind. */
  readonly alternative: LaunchTarget | undefined;
  readonly runtimeExecutable: string;
  readonly runtimeArgs: readonly string[];
  /** True: stop before the first line of the program, or of the first that a command starts. */
  readonly stopOnEntry: boolean;
}

interface Surroundings {
  readonly cwd: string;
  readonly env: Environment;
  /** True if the launch names a launcher, which runs a program. */
  readonly hasOwnLauncher: boolean;
}

/**
 * Reads `program`, `args`, `runtimeExecutable` and `runtimeArgs`. A runtime that does not run a file as Node.js does
 * (`npm`, `node --test`) is run as a command, with or without a program.
 *
 * @throws DapError for invalid arguments, and if nothing says what to run
 */
export async function readTargets(raw: Message, around: Surroundings): Promise<LaunchTargets> {
  const { cwd, env, hasOwnLauncher } = around;
  const given = optionalString(raw, 'program');
  const args = wordList(raw, 'args');
  const executable = readRuntimeExecutable(raw, { cwd, env });
  const { runtimeArgs, waits } = withoutInspector(stringList(raw, 'runtimeArgs'));
  const stopOnEntry = isEntryStop(raw) || waits;
  const kind = hasOwnLauncher ? 'node' : runtimeKind(executable, runtimeArgs);
  const isEnough = kind !== 'node' || runtimeArgs.length > 0 || args.length > 0;
  if (given === undefined && (hasOwnLauncher || !isEnough)) {
    throw badLaunchArgument(
      '"program" is missing. Give the path of the file to run, or what runs it: "runtimeExecutable" and ' +
        '"runtimeArgs", such as "npm" and ["run", "start"].',
    );
  }
  const words = [...runtimeArgs, ...(given === undefined ? [] : [given]), ...args];
  const command = { kind: 'command', path: executable, args: words } as const;
  if (given === undefined || kind === 'command') return commandTargets(command, stopOnEntry);
  const program = await programFile(given, cwd);
  const isNode = kind === 'node' && !hasOwnLauncher && isNodeItself(executable);
  const nodeOptions = variableOf(env, 'NODE_OPTIONS');
  const forTypeScript = isNode
    ? await typeScriptOptions({ program, node: executable, runtimeArgs, nodeOptions, cwd })
    : [];
  return {
    target: { kind: 'program', path: program, args },
    alternative: kind === 'unknown' ? command : undefined,
    runtimeExecutable: executable,
    runtimeArgs: [...runtimeArgs, ...forTypeScript],
    stopOnEntry,
  };
}

const INSPECTOR_OPTION = /^--inspect(-brk|-wait)?(?:=.*)?$/;

/**
 * Removes the options that open a port for another debugger, for which the program would wait. `waits` is true if one
 * of them asked for a stop before the first line.
 */
function withoutInspector(given: readonly string[]): { runtimeArgs: readonly string[]; waits: boolean } {
  return {
    runtimeArgs: given.filter((option) => !INSPECTOR_OPTION.test(option)),
    waits: given.some((option) => INSPECTOR_OPTION.exec(option)?.[1] === '-brk'),
  };
}

/** Reads `stopOnEntry`. js-debug takes a pattern of files, too: the program is the file that is meant. */
function isEntryStop(raw: Message): boolean {
  return typeof raw.stopOnEntry === 'string' ? raw.stopOnEntry !== '' : flag(raw, 'stopOnEntry');
}

/** The Node.js of the adapter runs the launcher, which runs the command. */
function commandTargets(command: LaunchTarget, stopOnEntry: boolean): LaunchTargets {
  const runtimeExecutable = defaultRuntime();
  return { target: command, alternative: undefined, runtimeExecutable, runtimeArgs: [], stopOnEntry };
}

/** Takes the other way to run the same. */
export function withAlternative<T extends LaunchTargets>(launch: T): T {
  const { alternative, stopOnEntry } = launch;
  return alternative === undefined ? launch : { ...launch, ...commandTargets(alternative, stopOnEntry) };
}
