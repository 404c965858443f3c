import type { ConnectionBase } from '../connection/connectionBase.js';
import { isThenable, throwUncaught } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { IpcError, toError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';

/**
 * Receives each message, in order. An error or a rejected promise of the handler is reported and does not stop
 * the reader. Any other result is ignored.
 */
export type MessageHandler<T = Message> = (message: T) => unknown;

/** Receives errors while reading. */
export type ErrorHandler = (error: Error) => void;

/** The receivers of errors of a reader loop. Neither throws. */
export interface Reports {
  /** Receives invalid messages, and the error that broke the stream. */
  readonly problem: ErrorHandler;
  /** Receives errors of the handler, which is the embedder's own code. */
  readonly fault: ErrorHandler;
}

/**
 * Passes every message to the handler, in the turn in which it arrives. Invalid messages and errors of the
 * handler are reported. Resolves at the end; never rejects.
 */
export async function readAll(
  connection: Pick<ConnectionBase, 'consume'>,
  handler: MessageHandler,
  reports: Reports,
): Promise<void> {
  try {
    await connection.consume((item) => {
      if (item instanceof IpcError) reports.problem(item);
      else handOver(item, handler, reports);
    });
  } catch (error) {
    reports.problem(toError(error));
  }
}

/**
 * Passes messages to the handler one at a time: the next message is read when the promise from the handler
 * has settled. The connection's limits bound the waiting messages and stop the peer.
 */
export async function readPaced(
  connection: ConnectionBase,
  handler: MessageHandler,
  reports: Reports,
): Promise<void> {
  for (;;) {
    const message = await connection.readMessage().catch((error: unknown) => toError(error));
    if (message === null) return;
    if (message instanceof Error) reports.problem(message);
    else await awaitHandler(message, handler, reports);
  }
}

async function awaitHandler(message: Message, handler: MessageHandler, reports: Reports): Promise<void> {
  try {
    await handler(message);
  } catch (thrown) {
    reports.fault(toError(thrown));
  }
}

function handOver(message: Message, handler: MessageHandler, reports: Reports): void {
  try {
    const result = handler(message);
    // Most handlers return nothing: no further call per message then.
    if (result === undefined || !isThenable(result)) return;
    // Not `result.catch`: a promise of another library may lack it.
    Promise.resolve(result).catch((thrown: unknown) => {
      reports.fault(toError(thrown));
    });
  } catch (thrown) {
    reports.fault(toError(thrown));
  }
}

/**
 * Returns the receivers of errors: `onError` for all of them. Without it, problems are logged, and an error of
 * the handler is an `uncaughtException` too, as it would be for an event listener. An error of `onError` itself
 * is logged.
 *
 * @param logger does not throw
 */
export function reporter(onError: ErrorHandler | undefined, logger: Logger): Reports {
  if (onError === undefined) {
    return {
      problem: (error) => logger.error({ err: error }, 'while reading'),
      fault: (error) => {
        logger.error({ err: error }, 'the handler failed');
        throwUncaught(error);
      },
    };
  }
  const onFailure = (thrown: unknown): void => logger.error({ err: thrown }, 'onError itself failed');
  const report: ErrorHandler = (error) => {
    try {
      const result: unknown = onError(error);
      if (isThenable(result)) Promise.resolve(result).catch(onFailure);
    } catch (thrown) {
      onFailure(thrown);
    }
  };
  return { problem: report, fault: report };
}

/**
 * Returns a handler that validates each message first. A message that `parse` refuses is reported as
 * `ERR_IPC_BAD_MESSAGE` and is not passed on.
 */
export function parsingHandler<T>(
  parse: (message: unknown) => T,
  handler: MessageHandler<T>,
  reports: Reports,
): MessageHandler {
  return (message) => {
    let parsed: T;
    try {
      parsed = parse(message);
    } catch (thrown) {
      const { message: why } = toError(thrown);
      const what = `a message is refused by \`parse\`: ${why}`;
      reports.problem(new IpcError('ERR_IPC_BAD_MESSAGE', what, { cause: thrown }));
      return undefined;
    }
    return handler(parsed);
  };
}
