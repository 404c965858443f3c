import { IpcError } from '../core/errors.js';

/** An argument of a call that cannot be. */
export function argumentError(what: string): IpcError {
  return new IpcError('ERR_IPC_ARGUMENT', what);
}
