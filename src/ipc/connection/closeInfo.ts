import { IpcError } from '../core/errors.js';
import { describeExit, LauncherExitedError } from '../core/peerProcess.js';
import type { LauncherExit } from '../core/peerProcess.js';

/** The end of a connection or of a session. */
export interface CloseInfo {
  /** The side that ended the connection. */
  readonly by: 'local' | 'peer';
  /**
   * True if both directions ended between frames, nothing was dropped and the launcher, if its process is known,
   * did not exit with another code than 0 or by a signal.
   */
  readonly clean: boolean;
  /** A description of the end. */
  readonly reason: string;
  /** The error that caused the end, if any. */
  readonly error?: IpcError;
  /** The end of the launcher's process, if the process is known and has ended by then. */
  readonly exit?: LauncherExit;
  /** What happened to a session that other connections could continue, which both ends had agreed on. */
  readonly resumed?: {
    /** How often another connection has continued the session. */
    readonly times: number;
    /** Bytes that this end has sent again for that. */
    readonly replayedBytes: number;
  };
}

export const CLOSED_HERE: CloseInfo = { by: 'local', clean: true, reason: 'closed by this side' };
export const CLOSED_BY_PEER: CloseInfo = { by: 'peer', clean: true, reason: 'closed by the peer' };

/** Describes an end that was caused by an error. */
export function failedBy(by: CloseInfo['by'], error: IpcError): CloseInfo {
  return { by, clean: false, reason: error.message, error };
}

/** Adds the end of the launcher's process to an end by the peer. `exit` is undefined for one that runs on. */
export function explainedBy(exit: LauncherExit | undefined, info: CloseInfo): CloseInfo {
  if (exit === undefined) return info;
  // The exit of a process is told as such. One that exits with 0 has meant to end, also if it has closed nothing.
  if (info.error instanceof MissingByeError) return explainedBy(exit, CLOSED_BY_PEER);
  const broke = info.error;
  if (broke === undefined && exit.code === 0) return { ...info, exit };
  const how = `the launcher ${describeExit(exit, exit.stderrTail)}`;
  const reason = `${info.reason}: ${how}`;
  const error =
    broke === undefined
      ? new LauncherExitedError(how, exit)
      : new LauncherExitedError(reason, exit, { code: broke.code, cause: broke.cause ?? broke });
  return { by: info.by, clean: false, reason, error, exit };
}

/** Creates the error of an operation after the end. */
export function closedError(info: CloseInfo): IpcError {
  return info.error ?? new IpcError('ERR_IPC_CLOSED', `the connection is closed: ${info.reason}`);
}

export function lost(what: string, cause?: Error): IpcError {
  return new IpcError('ERR_IPC_CONNECTION_LOST', what, { cause });
}

/** The error of a stream that ends without the goodbye by which the peer would have closed it. */
export class MissingByeError extends IpcError {
  constructor() {
    super(
      'ERR_IPC_CONNECTION_LOST',
      'the connection broke: the peer has not closed it, so its process or something in between has ended',
    );
  }
}

export function closeTimedOut(timeoutMs: number): IpcError {
  return new IpcError(
    'ERR_IPC_CLOSE_TIMEOUT',
    `the peer neither read everything nor ended its side within ${timeoutMs} ms of our close`,
  );
}
