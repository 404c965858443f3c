import { IpcError } from '../core/errors.js';

/** Creates the error for an invalid argument. */
export function argumentError(what: string): IpcError {
  return new IpcError('ERR_IPC_ARGUMENT', what);
}
