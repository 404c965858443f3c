import type { ConnectionBase } from '../connection/connectionBase.js';
import type { Message } from '../core/messages.js';
import { IpcError, toError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';

/**
 * Receives each message, in order. An error or a rejected promise of the handler is reported and does not stop
 * the reader. Any other result is ignored.
 */
export type MessageHandler = (message: Message) => unknown;

/** Receives errors while reading. */
export type ErrorHandler = (error: Error) => void;

/**
 * Passes every message to the handler, in the turn in which it arrives. Invalid messages and errors of the
 * handler go to `report`. Resolves at the end; never rejects.
 */
export async function readAll(
  connection: Pick<ConnectionBase, 'consume'>,
  handler: MessageHandler,
  report: ErrorHandler,
): Promise<void> {
  try {
    await connection.consume((item) => {
      if (item instanceof IpcError) report(item);
      else handOver(item, handler, report);
    });
  } catch (error) {
    report(toError(error));
  }
}

/**
 * Passes messages to the handler one at a time: the next message is read when the promise from the handler
 * has settled. The connection's limits bound the waiting messages and stop the peer.
 */
export async function readPaced(
  connection: ConnectionBase,
  handler: MessageHandler,
  report: ErrorHandler,
): Promise<void> {
  let isOver = false;
  while (!isOver) {
    try {
      const message = await connection.readMessage();
      if (message === null) isOver = true;
      else await handler(message);
    } catch (thrown) {
      report(toError(thrown));
    }
  }
}

function handOver(message: Message, handler: MessageHandler, report: ErrorHandler): void {
  try {
    const result = handler(message);
    if (result instanceof Promise) {
      result.catch((thrown: unknown) => {
        report(toError(thrown));
      });
    }
  } catch (thrown) {
    report(toError(thrown));
  }
}

/**
 * Returns a function that reports errors to `onError`, or to the log without it. An error of `onError` itself
 * is logged.
 */
export function reporter(onError: ErrorHandler | undefined, logger: Logger): ErrorHandler {
  if (onError === undefined) return (error) => logger.error({ err: error }, 'while reading');
  return (error) => {
    try {
      onError(error);
    } catch (failure) {
      logger.error({ err: failure }, 'onError itself failed');
    }
  };
}
