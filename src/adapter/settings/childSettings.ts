import type { Message } from '../../ipc/index.js';
import { delayMs, optionalBoolean } from './argumentReader.js';

/** How long a child process waits for its session, in milliseconds; then it runs without a debugger. */
export const DEFAULT_CHILD_ATTACH_TIMEOUT_MS = 30_000;

/** What a session is told that is for its own program, and for the editor around it. All else is for children too. */
const NOT_FOR_CHILDREN: ReadonlySet<string> = new Set([
  ...['program', 'args', 'env', 'envFile', 'runtimeExecutable', 'runtimeArgs', 'launcher', 'console', 'ipc'],
  ...['stopOnEntry', 'noDebug', 'keepRunning', 'restart', 'childSession', 'request', 'name'],
  ...['host', 'port', 'address', 'path', 'endpoint', 'connect', 'listen', 'key', 'keyFile', 'processId'],
  ...['preLaunchTask', 'postDebugTask', 'preRestartTask', 'postRestartTask', 'serverReadyAction'],
  ...['presentation', 'internalConsoleOptions', 'windows', 'linux', 'osx'],
]);

/** How the children of a program come to be debugged. */
export interface ChildSettings {
  readonly timeoutMs: number;
  /** What their sessions are started with, beside what makes them theirs. */
  readonly inherited: Message;
}

/**
 * Reads what a launch, or a child's own session, says of child processes.
 *
 * @returns undefined where they are to be left alone
 * @throws DapError for an argument of the wrong type
 */
export function readChildSettings(raw: Message): ChildSettings | undefined {
  const timeoutMs = delayMs(raw, 'childAttachTimeoutMs', DEFAULT_CHILD_ATTACH_TIMEOUT_MS);
  if (optionalBoolean(raw, 'autoAttachChildProcesses') === false) return undefined;
  const inherited = Object.entries(raw).filter(
    ([name]) => !NOT_FOR_CHILDREN.has(name) && !name.startsWith('__'),
  );
  return { timeoutMs, inherited: Object.fromEntries(inherited) };
}
