import type { IpcError } from '../core/errors.js';

/** The end of a connection or of a session. */
export interface CloseInfo {
  /** The side that ended the connection. */
  readonly by: 'local' | 'peer';
  /** True if both directions ended between frames and nothing was dropped. */
  readonly clean: boolean;
  /** A description of the end. */
  readonly reason: string;
  /** The error that caused the end, if any. */
  readonly error?: IpcError;
}

export const CLOSED_HERE: CloseInfo = { by: 'local', clean: true, reason: 'closed by this side' };
export const CLOSED_BY_PEER: CloseInfo = { by: 'peer', clean: true, reason: 'closed by the peer' };

/** Describes an end that was caused by an error. */
export function failedBy(by: CloseInfo['by'], error: IpcError): CloseInfo {
  return { by, clean: false, reason: error.message, error };
}
