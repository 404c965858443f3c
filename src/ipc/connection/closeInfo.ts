import type { IpcError } from '../core/errors.js';

/** How a connection, or a session, ended. */
export interface CloseInfo {
  /** Which side ended it. */
  readonly by: 'local' | 'peer';
  /** True when both directions ended between frames and nothing was dropped. */
  readonly clean: boolean;
  /** The end in words. */
  readonly reason: string;
  /** What went wrong, where something did. */
  readonly error?: IpcError;
}

export const CLOSED_HERE: CloseInfo = { by: 'local', clean: true, reason: 'closed by this side' };
export const CLOSED_BY_PEER: CloseInfo = { by: 'peer', clean: true, reason: 'closed by the peer' };

/** An end that something forced. */
export function failedBy(by: CloseInfo['by'], error: IpcError): CloseInfo {
  return { by, clean: false, reason: error.message, error };
}
