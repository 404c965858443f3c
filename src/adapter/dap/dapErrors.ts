import type { DebugProtocol } from '@vscode/debugprotocol';
import { CANCELLED } from '../../ipc/index.js';

/** The ids of error responses in `body.error.id`. They are stable, so that clients can distinguish errors. */
export const DAP_ERROR_IDS = {
  internal: 1000,
  unknownRequest: 1001,
  badRequestArguments: 1002,
  outOfOrder: 1003,
  uriPaths: 1004,
  requestCancelled: 1006,
  clientRefused: 1007,
  badLaunchArgument: 2001,
  launchFailed: 2002,
  launchCancelled: 2003,
  attachFailed: 2004,
  notLaunched: 3001,
  debuggeeEnded: 3002,
  noDebugger: 3003,
  refusedByLauncher: 3004,
  launcherUnanswered: 3005,
  cannotDetach: 3006,
} as const;

/** The name of an error id. */
export type DapErrorKind = keyof typeof DAP_ERROR_IDS;

/** An error that becomes an error response: its text is for the user, its number for the client. */
export class DapError extends Error {
  readonly id: number;
  /** True: the client should show the text to the user. */
  readonly showUser: boolean;

  constructor(kind: DapErrorKind, message: string, options: { showUser: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'DapError';
    this.id = DAP_ERROR_IDS[kind];
    this.showUser = options.showUser;
  }

  /** Gives the error the form of `body.error` in a response. */
  toBody(): DebugProtocol.Message {
    return { id: this.id, format: this.message, showUser: this.showUser };
  }
}

/** Makes an error that the user sees, because the user can correct the cause. */
function shown(kind: DapErrorKind, message: string, cause?: unknown): DapError {
  return new DapError(kind, message, { showUser: true, cause });
}

/** Makes an error that clients do not show: it is expected in daily use, for example a hover over an undefined name. */
function silent(kind: DapErrorKind, message: string, cause?: unknown): DapError {
  return new DapError(kind, message, { showUser: false, cause });
}

/** A handler threw an error that is not a `DapError`. */
export function internalError(command: string, cause: Error): DapError {
  return shown('internal', `The request ${command} failed inside the debug adapter: ${cause.message}`, cause);
}

/** A request that this adapter has no handler for. */
export function unknownRequest(command: string): DapError {
  return silent('unknownRequest', `The debug adapter does not know the request ${command}.`);
}

/** Request arguments of the wrong shape. */
export function badRequestArguments(command: string, problem: string): DapError {
  return silent('badRequestArguments', `The request ${command} has bad arguments: ${problem}.`);
}

/** A request that the session does not allow at this point. */
export function outOfOrder(command: string, rule: string): DapError {
  return silent('outOfOrder', `The request ${command} came out of order: ${rule}.`);
}

/** The client asked for a path format other than native paths. */
export function uriPaths(pathFormat: string): DapError {
  return shown(
    'uriPaths',
    `The debug adapter handles native paths alone; pathFormat "${pathFormat}" was asked for.`,
  );
}

/** The client has cancelled the request. The text is DAP's, and the one that launchers use. */
export function requestCancelled(): DapError {
  return silent('requestCancelled', CANCELLED);
}

/** The client did not perform a request of the adapter. */
export function clientRefused(command: string, reason: string, cause?: unknown): DapError {
  return shown('clientRefused', `The client did not do ${command}: ${reason}.`, cause);
}

/** An invalid launch argument. The text names the argument and the way out. */
export function badLaunchArgument(problem: string, cause?: unknown): DapError {
  return shown('badLaunchArgument', `Cannot launch: ${problem}`, cause);
}

/** The launch failed although its arguments are valid. */
export function launchFailed(problem: string, cause?: unknown): DapError {
  return shown('launchFailed', `The launch failed: ${problem}`, cause);
}

/** An invalid argument of `attach`. The text is that of the original error. */
export function badAttachArgument(cause: Error): DapError {
  const text = cause.message.replace(/^Cannot (launch|attach): /, '');
  return shown('badLaunchArgument', `Cannot attach: ${text}`, cause);
}

/** The attempt to attach failed although its arguments are valid. */
export function attachFailed(text: string, cause?: unknown): DapError {
  return shown('attachFailed', `Cannot attach: ${text}`, cause);
}

/** The session ended before the launch was complete. */
export function launchCancelled(): DapError {
  return silent('launchCancelled', 'The launch was cancelled because the session is ending.');
}

/** A request that needs a debuggee came before the launch. */
export function notLaunched(command: string): DapError {
  return silent('notLaunched', `The request ${command} needs a running program: send launch first.`);
}

/** A request that needs a debuggee came after the debuggee's end. */
export function debuggeeEnded(command: string, cause?: unknown): DapError {
  return silent('debuggeeEnded', `The request ${command} came too late: the program has ended.`, cause);
}

/** A request that needs a debugger came for a program that was launched with `noDebug`. */
export function noDebugger(command: string, noDebug = true): DapError {
  const reason = noDebug
    ? 'the program was launched with noDebug'
    : 'this session runs a command: the programs that it starts are debugged in sessions of their own';
  return silent('noDebugger', `The request ${command} needs a debugger, and ${reason}.`);
}

/** The launcher refused a command. The text is the launcher's reason, for example an exception's message. */
export function refusedByLauncher(reason: string): DapError {
  return silent('refusedByLauncher', reason);
}

/** A command could not be delivered, or its response did not arrive in time. */
export function launcherUnanswered(command: string, cause: Error): DapError {
  return shown('launcherUnanswered', `The launcher did not answer ${command}: ${cause.message}`, cause);
}

/** The program cannot run on without the adapter, because its launcher would end it. */
export function cannotDetach(reason: string): DapError {
  return shown('cannotDetach', reason);
}
