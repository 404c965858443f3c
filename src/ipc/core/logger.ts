import { isThenable } from './deferred.js';
import { IpcError } from './errors.js';

/**
 * The logger of this package: the part of pino's interface that the package uses, so that a pino logger can
 * be passed as it is. Nothing is logged without a logger.
 */
export interface Logger {
  trace(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const ignore = (): void => undefined;

/** The default logger, which discards everything. */
export const silentLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
};

/** The guard of each logger, so that a logger that passes through several layers is wrapped once. */
const guarded = new WeakMap<Logger, Logger>();

/**
 * Returns a logger whose methods never throw: an error of the caller's logger, for example of an output
 * channel that is disposed, must not change what the session does. Without a logger: the silent logger.
 *
 * @param logger its methods are looked up at each call. A rejected promise that a method returns is ignored
 * @throws IpcError `ERR_IPC_CONFIG` for a value that is no object
 */
export function guardedLogger(logger: Logger | undefined): Logger {
  if (logger === undefined || logger === silentLogger) return silentLogger;
  if (typeof logger !== 'object' && typeof logger !== 'function') {
    throw new IpcError(
      'ERR_IPC_CONFIG',
      `logger must be an object with a method per level, not ${typeof logger}`,
    );
  }
  let guard = guarded.get(logger);
  if (guard === undefined) {
    guard = guardOf(logger);
    guarded.set(logger, guard);
    guarded.set(guard, guard);
  }
  return guard;
}

function guardOf(logger: Logger): Logger {
  const at = (level: keyof Logger) => {
    return (fields: object, message: string): void => {
      try {
        const result: unknown = logger[level](fields, message);
        if (isThenable(result)) Promise.resolve(result).catch(ignore);
      } catch {
        // There is no place left to report to.
      }
    };
  };
  return {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
