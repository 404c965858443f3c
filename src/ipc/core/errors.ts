import { types } from 'node:util';

/**
 * The codes of all errors that this package raises deliberately. The table in docs/errors.md explains each
 * code; a test compares the two lists.
 */
export const IPC_ERROR_CODES = [
  'ERR_IPC_CONFIG',
  'ERR_IPC_ARGUMENT',
  'ERR_IPC_UNKNOWN_TRANSPORT',
  'ERR_IPC_UNSUPPORTED_TRANSPORT',
  'ERR_IPC_NON_LOOPBACK',
  'ERR_IPC_PATH_TOO_LONG',
  'ERR_IPC_ENDPOINT_IN_USE',
  'ERR_IPC_LISTEN',
  'ERR_IPC_NOT_LISTENING',
  'ERR_IPC_CONNECT',
  'ERR_IPC_CONNECT_TIMEOUT',
  'ERR_IPC_ACCEPT_TIMEOUT',
  'ERR_IPC_ABORTED',
  'ERR_IPC_LAUNCHER_EXITED',
  'ERR_IPC_HANDSHAKE',
  'ERR_IPC_HANDSHAKE_TIMEOUT',
  'ERR_IPC_AUTHENTICATION',
  'ERR_IPC_OTHER_USER',
  'ERR_IPC_NO_COMMON_VERSION',
  'ERR_IPC_KEY',
  'ERR_IPC_TLS',
  'ERR_IPC_STATE',
  'ERR_IPC_FRAME_MAGIC',
  'ERR_IPC_FRAME_VERSION',
  'ERR_IPC_FRAME_KIND',
  'ERR_IPC_FRAME_HEADER',
  'ERR_IPC_FRAME_EMPTY',
  'ERR_IPC_FRAME_TOO_LARGE',
  'ERR_IPC_FRAME_TRUNCATED',
  'ERR_IPC_BAD_MESSAGE',
  'ERR_IPC_UNSERIALIZABLE',
  'ERR_IPC_BUFFER_FULL',
  'ERR_IPC_BUFFER_TOO_SHORT',
  'ERR_IPC_CONNECTION_LOST',
  'ERR_IPC_PEER_SILENT',
  'ERR_IPC_SESSION_UNKNOWN',
  'ERR_IPC_SESSION_EXPIRED',
  'ERR_IPC_END',
  'ERR_IPC_CLOSED',
  'ERR_IPC_CLOSE_TIMEOUT',
  'ERR_IPC_REQUEST_TIMEOUT',
  'ERR_IPC_TOO_MANY_REQUESTS',
  'ERR_IPC_REQUEST_REFUSED',
  'ERR_IPC_RELEASED',
] as const;

/** The code of an `IpcError`: one of `IPC_ERROR_CODES`. */
export type IpcErrorCode = (typeof IPC_ERROR_CODES)[number];

/**
 * The error class of the IPC layer. Callers distinguish errors by {@link IpcError.code}, never by message.
 * `cause` holds the underlying error, if any.
 */
export class IpcError extends Error {
  readonly code: IpcErrorCode;

  constructor(code: IpcErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IpcError';
    this.code = code;
  }
}

/**
 * A failed authentication, of the peer or of this end. The code gives the reason: the proof was wrong or
 * missing (`ERR_IPC_AUTHENTICATION`), the peer sent something other than a handshake (`ERR_IPC_HANDSHAKE`),
 * or the peer was silent (`ERR_IPC_HANDSHAKE_TIMEOUT`).
 */
export class AuthenticationError extends IpcError {
  override readonly name: string = 'AuthenticationError';
}

/** A message that is longer than its target view. The connection continues with the next message. */
export class BufferTooShortError extends IpcError {
  override readonly name: string = 'BufferTooShortError';

  /** @param bytes the whole message */
  constructor(
    readonly bytes: Buffer,
    room: number,
  ) {
    super(
      'ERR_IPC_BUFFER_TOO_SHORT',
      `a message of ${bytes.length} bytes does not fit into ${room}: the error has it as \`bytes\``,
    );
  }
}

/** A byte stream that violates its framing. Always fatal for the connection. */
export class FramingError extends IpcError {
  /** Bytes of the stream before the first byte of the invalid frame. */
  readonly offset: number;
  /** The first bytes of the invalid frame in hexadecimal, at most 16 bytes. */
  readonly hex: string;

  constructor(code: IpcErrorCode, what: string, where: { offset: number; hex: string }) {
    const excerpt = where.hex === '' ? '' : `, frame begins ${where.hex}`;
    super(code, `${what} (at byte ${where.offset} of the stream${excerpt})`);
    this.name = 'FramingError';
    this.offset = where.offset;
    this.hex = where.hex;
  }
}

/**
 * Converts a thrown value to an `Error`, for use as a `cause` or in a log. Never throws: a value that is no
 * error and has no text, for example `Object.create(null)` or a revoked proxy, is the `cause` of the result.
 */
export function toError(thrown: unknown): Error {
  try {
    // An error of another realm, for example of a `vm` context, is no instance of this realm's class.
    if (thrown instanceof Error || types.isNativeError(thrown)) return thrown;
    return new Error(String(thrown), { cause: thrown });
  } catch {
    return new Error('a value was thrown that is no error and has no text', { cause: thrown });
  }
}

/** Returns the operating system's error code (`ECONNREFUSED`, `EACCES`, ...), if the error has one. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
