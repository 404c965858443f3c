import type { ConnectionBase } from '../connection/connectionBase.js';
import type { Message } from '../core/messages.js';
import { IpcError, toError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';

/**
 * Takes each message, in order. What it throws, or a promise that it returns rejects with, is reported and does
 * not stop the reader. Nothing else that it returns is looked at.
 */
export type MessageHandler = (message: Message) => unknown;

/** Takes what went wrong while reading. */
export type ErrorHandler = (error: Error) => void;

/**
 * The one reader loop of a session: hands every message to the handler, in the turn that it came in, and
 * everything that is none, or that the handler throws, to `report`. Resolves at the end; never rejects.
 */
export async function readAll(
  connection: ConnectionBase,
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
 * The same, one message at a time: the next is taken when the promise that the handler gave has settled. What
 * waits meanwhile is bounded by the connection's limits, which stop the peer.
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

/** Reports to who asked for it, else to the log, and survives a reporter that throws. */
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
