import type { AcceptOptions } from '../connection/raceForPeer.js';
import { IpcError } from '../core/errors.js';
import { requireKnownFields } from '../core/knownFields.js';
import type { Logger } from '../core/logger.js';
import type { Message } from '../core/messages.js';
import type { HealthChange } from '../resume/health.js';
import type { TraceSink } from '../core/trace.js';
import { parsingHandler } from './readerLoop.js';
import type { ErrorHandler, MessageHandler, Reports } from './readerLoop.js';

/** Sees each message of a session, before it is sent or before the handler gets it. */
export type MessageTracer = (direction: 'sent' | 'received', message: object) => void;

/** Options of an `IPCManager`. */
export interface ManagerOptions {
  /** The log of state changes. An error that it throws is ignored. Default: no log. */
  readonly logger?: Logger | undefined;
  /** Sees each message. An error that it throws is an `uncaughtException`. Default: no tracer. */
  readonly tracer?: MessageTracer | undefined;
  /** Sees each change of the connection's health. An error that it throws is an `uncaughtException`. */
  readonly onHealth?: ((change: HealthChange) => void) | undefined;
  /** Records messages, states and the log, for instance in a file: `openTrace`. Default: no trace. */
  readonly trace?: TraceSink | undefined;
}

/** Options of `IPCManager.startReader`. */
export interface ReaderOptions<In = Message> extends AcceptOptions {
  /** Wait for the peer first: true for a manager that listens. Default false. */
  readonly accept?: boolean;
  /**
   * Receives errors while reading: an invalid message or an error of the handler (the session continues), or
   * a broken stream (the session ends). Default: an error of the handler is an `uncaughtException`, all other
   * errors are logged.
   */
  readonly onError?: ErrorHandler;
  /**
   * Wait for the promise that the handler returns before reading the next message, so that a slow handler
   * stops the peer at `maxBufferedBytes`. Default false: messages are passed on as they arrive.
   */
  readonly paced?: boolean;
  /**
   * Validates each message as it comes from the wire, and gives it its type: a function of your own, or
   * `schema.parse` of a validation library. What it returns is what the handler gets. A message for which it
   * throws is reported to `onError` as `ERR_IPC_BAD_MESSAGE`, and the session continues. Default: the handler
   * gets the message as it came, and its type is a promise of yours.
   */
  readonly parse?: ((message: unknown) => In) | undefined;
}

const MANAGER_FIELDS: Readonly<Record<keyof ManagerOptions, true>> = {
  logger: true,
  onHealth: true,
  trace: true,
  tracer: true,
};

const READER_FIELDS: Readonly<Record<keyof ReaderOptions, true>> = {
  accept: true,
  launcher: true,
  onError: true,
  paced: true,
  parse: true,
  signal: true,
  timeoutMs: true,
};

/** @throws IpcError `ERR_IPC_CONFIG` for an unknown option */
export function checkManagerOptions(options: object): void {
  requireKnownFields('the options of IPCManager', options, MANAGER_FIELDS);
}

/** @throws IpcError `ERR_IPC_CONFIG` for an unknown option, and for a handler that is no function */
export function checkReader(handler: unknown, options: object): void {
  requireKnownFields('the options of startReader', options, READER_FIELDS);
  if (typeof handler === 'function') return;
  throw new IpcError(
    'ERR_IPC_CONFIG',
    `startReader needs a function that takes messages, not ${typeof handler}`,
  );
}

/** Returns the handler with everything that happens to a message before it. Without any of it: as it is. */
export function wireHandler<T>(
  handler: MessageHandler<T>,
  {
    parse,
    tracer,
    reports,
  }: Pick<ReaderOptions<T>, 'parse'> & {
    readonly tracer: { message(direction: 'received', message: object): void } | undefined;
    readonly reports: Reports;
  },
): MessageHandler {
  // Without `parse` the type of the messages is what the caller says.
  const untyped = parse === undefined ? (handler as MessageHandler) : parsingHandler(parse, handler, reports);
  if (tracer === undefined) return untyped;
  return (message) => {
    tracer.message('received', message);
    return untyped(message);
  };
}
