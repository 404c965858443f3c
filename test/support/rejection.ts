import { IpcError } from '../../src/ipc/core/errors.js';
import { within } from './within.js';

/** The `IpcError` that `promise` rejects with. @throws if it resolves, rejects otherwise, or is too late */
export async function rejectionOf(promise: Promise<unknown>): Promise<IpcError> {
  return ipcErrorOf(
    await within(
      promise.then(
        () => undefined,
        (error: unknown) => error,
      ),
      'a rejection',
    ),
  );
}

/** The `IpcError` that `action` throws. @throws if it returns or throws another error */
export function thrownBy(action: () => unknown): IpcError {
  try {
    action();
  } catch (error) {
    return ipcErrorOf(error);
  }
  throw new Error('nothing was thrown');
}

function ipcErrorOf(error: unknown): IpcError {
  if (error instanceof IpcError) return error;
  throw new Error(`expected an IpcError, got ${String(error)}`, { cause: error });
}
