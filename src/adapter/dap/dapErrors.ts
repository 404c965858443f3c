import type { DebugProtocol } from '@vscode/debugprotocol';
import { CANCELLED } from '../../ipc/index.js';

/** The number of every error response, as it stands in `body.error.id`. Stable: clients may tell them apart. */
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

export type DapErrorKind = keyof typeof DAP_ERROR_IDS;

/** An error that becomes an error response: its text is for the user, its number for the client. */
export class DapError extends Error {
  readonly id: number;
  /** Whether the client should put the text before the user, or just take note. */
  readonly showUser: boolean;

  constructor(kind: DapErrorKind, message: string, options: { showUser: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'DapError';
    this.id = DAP_ERROR_IDS[kind];
    this.showUser = options.showUser;
  }

  /** The error as `body.error` of a response carries it. */
  toBody(): DebugProtocol.Message {
    return { id: this.id, format: this.message, showUser: this.showUser };
  }
}

/** Worth the user's attention: something to put right. */
function shown(kind: DapErrorKind, message: string, cause?: unknown): DapError {
  return new DapError(kind, message, { showUser: true, cause });
}

/** Expected in daily use (a hover over something undefined, a request that came late): no pop-up for it. */
function silent(kind: DapErrorKind, message: string, cause?: unknown): DapError {
  return new DapError(kind, message, { showUser: false, cause });
}

/** A handler threw something that nobody expected. */
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

/** A request at a point of the session where it has no place. */
export function outOfOrder(command: string, rule: string): DapError {
  return silent('outOfOrder', `The request ${command} came out of order: ${rule}.`);
}

/** The client asked for URIs where this adapter speaks native paths. */
export function uriPaths(pathFormat: string): DapError {
  return shown(
    'uriPaths',
    `The debug adapter handles native paths alone; pathFormat "${pathFormat}" was asked for.`,
  );
}

/** The client has cancelled the request. The text is the one that DAP has for this, and our launchers. */
export function requestCancelled(): DapError {
  return silent('requestCancelled', CANCELLED);
}

/** The client did not do what this adapter asked of it. */
export function clientRefused(command: string, reason: string, cause?: unknown): DapError {
  return shown('clientRefused', `The client did not do ${command}: ${reason}.`, cause);
}

/** A launch argument that cannot be used; the text names it and the way out. */
export function badLaunchArgument(problem: string, cause?: unknown): DapError {
  return shown('badLaunchArgument', `Cannot launch: ${problem}`, cause);
}

/** The arguments were right, and yet the launcher is not there to debug with. */
export function launchFailed(problem: string, cause?: unknown): DapError {
  return shown('launchFailed', `The launch failed: ${problem}`, cause);
}

/** An argument of `attach` that cannot be used, in the words of whoever found it out. */
export function badAttachArgument(cause: Error): DapError {
  const text = cause.message.replace(/^Cannot (launch|attach): /, '');
  return shown('badLaunchArgument', `Cannot attach: ${text}`, cause);
}

/** The arguments were right, and yet there is no program to debug. */
export function attachFailed(text: string, cause?: unknown): DapError {
  return shown('attachFailed', `Cannot attach: ${text}`, cause);
}

/** The client ended the session before the launch was through. */
export function launchCancelled(): DapError {
  return silent('launchCancelled', 'The launch was cancelled because the session is ending.');
}

/** A request that needs a debuggee, before there is one. */
export function notLaunched(command: string): DapError {
  return silent('notLaunched', `The request ${command} needs a running program: send launch first.`);
}

/** A request that needs a debuggee, after it has gone. */
export function debuggeeEnded(command: string, cause?: unknown): DapError {
  return silent('debuggeeEnded', `The request ${command} came too late: the program has ended.`, cause);
}

/** A request that needs a debugger, in a run that was launched with `noDebug`. */
export function noDebugger(command: string): DapError {
  return silent(
    'noDebugger',
    `The request ${command} needs a debugger, and the program was launched with noDebug.`,
  );
}

/** The launcher's own words on why it did not do a command: an exception's text, "not paused" and the like. */
export function refusedByLauncher(reason: string): DapError {
  return silent('refusedByLauncher', reason);
}

/** The command could not be delivered, or no answer came in time. */
export function launcherUnanswered(command: string, cause: Error): DapError {
  return shown('launcherUnanswered', `The launcher did not answer ${command}: ${cause.message}`, cause);
}

/** The program would not live on: its launcher ends it, for the reason given. */
export function cannotDetach(reason: string): DapError {
  return shown('cannotDetach', reason);
}
