import { ErrorCodes } from 'vscode-jsonrpc/node';
import type { ResponseMessage } from 'vscode-jsonrpc/node';
import { IpcError } from '../ipc/index.js';
import type { CloseInfo, Message } from '../ipc/index.js';

/** Identifies a request and its response. */
export type RequestId = number | string;

const VERSION = '2.0';
const EXCERPT_CHARACTERS = 80;

export function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'number' || typeof id === 'string';
}

/** True for a request or a notification. */
export function isCall({ jsonrpc, method, id }: Message): boolean {
  return jsonrpc === VERSION && typeof method === 'string' && (id === undefined || isRequestId(id));
}

/** True for a response. Its id is `null` if the id of the request could not be read. */
export function isAnswer({ jsonrpc, method, id, result, error }: Message): boolean {
  if (jsonrpc !== VERSION || method !== undefined) return false;
  return (isRequestId(id) || id === null) && (result !== undefined || Boolean(error));
}

/** Returns the error for a valid message that is not JSON-RPC. The session continues. */
export function notJsonRpc(message: Message): IpcError {
  // Only the message's own fields are printed. Printing nested values would recurse as deep as they are
  // nested.
  const text = JSON.stringify(message, (_, value: unknown) =>
    value === message || typeof value !== 'object' ? value : '...',
  );
  const excerpt = text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}...` : text;
  return new IpcError('ERR_IPC_BAD_MESSAGE', `a message is not JSON-RPC ${VERSION}: ${excerpt}`);
}

/** Returns the response to a request whose actual response could not be read. */
export function unreadable(id: RequestId, error: IpcError): ResponseMessage {
  return failure(id, { code: ErrorCodes.MessageReadError, message: error.message });
}

/** Returns the response to a request that was open when the connection ended. */
export function unanswered(id: RequestId, { by, clean, reason, error }: CloseInfo): ResponseMessage {
  const who = by === 'local' ? 'this side' : 'the peer';
  return failure(id, {
    code: ErrorCodes.PendingResponseRejected,
    message: `no answer will come, the connection was ended by ${who}: ${reason}`,
    data: { by, clean, reason, ...(error && { code: error.code }) },
  });
}

function failure(id: RequestId, error: NonNullable<ResponseMessage['error']>): ResponseMessage {
  return { jsonrpc: VERSION, id, error };
}
