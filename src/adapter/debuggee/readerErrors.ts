import { IpcError, LauncherExitedError } from '../../ipc/index.js';
import type { SessionServices } from './sessionServices.js';

/**
 * Makes the handler for errors of a reader loop. A message that is invalid is logged, and the session continues. An
 * error in the handling of a valid message is a fault of the session. The end of the launcher is reported elsewhere.
 */
export function readerErrors({
  logger,
  faults,
}: Pick<SessionServices, 'logger' | 'faults'>): (error: Error) => void {
  return (error) => {
    if (error instanceof LauncherExitedError) logger.info({ err: error }, 'the launcher has ended');
    else if (error instanceof IpcError) logger.error({ err: error }, 'bad message from the launcher');
    else faults.report(error);
  };
}
