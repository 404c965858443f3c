import type { Message } from '../../ipc/index.js';
import { delayMs, optionalBoolean } from './argumentReader.js';

/** The time that a child process waits for its session, in milliseconds. After it, the child runs without a debugger. */
export const DEFAULT_CHILD_ATTACH_TIMEOUT_MS = 30_000;

/** Launch settings that child sessions do not inherit. */
const NOT_INHERITED: ReadonlySet<string> = new Set([
  ...['program', 'args', 'env', 'envFile', 'runtimeExecutable', 'runtimeArgs', 'launcher', 'console', 'ipc'],
  ...['stopOnEntry', 'noDebug', 'keepRunning', 'restart', 'childSession', 'request', 'name'],
  ...['host', 'port', 'address', 'path', 'endpoint', 'connect', 'listen', 'key', 'keyFile', 'processId'],
  ...['websocketAddress', 'continueOnAttach', 'timeout'],
  ...['preLaunchTask', 'postDebugTask', 'preRestartTask', 'postRestartTask', 'serverReadyAction'],
  ...['presentation', 'internalConsoleOptions', 'windows', 'linux', 'osx'],
]);

/** The settings for debugging the child processes of a program. */
export interface ChildSettings {
  /** The time that a child process waits for its session, in milliseconds. */
  readonly timeoutMs: number;
  /** The arguments that the sessions of child processes inherit. */
  readonly inherited: Message;
  /** True: the first child alone is debugged. Default false. */
  readonly firstOnly?: boolean;
  /** True: the first child stops before its first line. Default false. */
  readonly stopOnEntry?: boolean;
  /** True: the parent runs no program itself, so clients may hide it behind its only child. Default false. */
  readonly isCommand?: boolean;
  /** True: the client starts sessions at a `childSession` event, and reports by `childSessionStarted`. Default false. */
  readonly byEvent?: boolean;
  /** False: the output of the children is in a terminal, and the session of each shows its console calls. Default true. */
  readonly describesOutput?: boolean;
}

/**
 * A setting of the extension for VS Code, in every configuration. The editor's own `startDebugging` request makes a session
 * with a separate debug console; the extension merges the consoles.
 */
export const CHILDREN_BY_EVENT = '__childSessionsByEvent';

/**
 * Gives the settings for the programs of a command. The first of them is what the user wants to debug, whatever is to
 * happen to the others.
 *
 * @param stopOnEntry true: the first program stops before its first line
 */
export function readProgramSettings(raw: Message, stopOnEntry: boolean): ChildSettings {
  return {
    timeoutMs: readTimeout(raw),
    inherited: inheritedBy(raw),
    firstOnly: optionalBoolean(raw, 'autoAttachChildProcesses') === false,
    stopOnEntry,
    isCommand: true,
    byEvent: raw[CHILDREN_BY_EVENT] === true,
  };
}

/**
 * Reads the settings for child processes from the arguments of a launch or of a child's session.
 *
 * @returns undefined if child processes are not debugged
 * @throws DapError for an argument of the wrong type
 */
export function readChildSettings(raw: Message): ChildSettings | undefined {
  const timeoutMs = readTimeout(raw);
  if (optionalBoolean(raw, 'autoAttachChildProcesses') === false) return undefined;
  return { timeoutMs, inherited: inheritedBy(raw), byEvent: raw[CHILDREN_BY_EVENT] === true };
}

function readTimeout(raw: Message): number {
  return delayMs(raw, 'childAttachTimeoutMs', DEFAULT_CHILD_ATTACH_TIMEOUT_MS);
}

function inheritedBy(raw: Message): Message {
  const inherited = Object.entries(raw).filter(
    ([name]) => !NOT_INHERITED.has(name) && !name.startsWith('__'),
  );
  return Object.fromEntries(inherited);
}
