import { ErrorCodes } from 'vscode-jsonrpc/node';
import type { ResponseMessage } from 'vscode-jsonrpc/node';
import { IpcError } from '../ipc/index.js';
import type { CloseInfo, Message } from '../ipc/index.js';

/** What tells a request from its answers. */
export type RequestId = number | string;

const VERSION = '2.0';
const EXCERPT_CHARACTERS = 80;

export function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'number' || typeof id === 'string';
}

/** A request or a notification. */
export function isCall({ jsonrpc, method, id }: Message): boolean {
  return jsonrpc === VERSION && typeof method === 'string' && (id === undefined || isRequestId(id));
}

/** A response: `null` is the id of one to a request whose id could not be read. */
export function isAnswer({ jsonrpc, method, id, result, error }: Message): boolean {
  if (jsonrpc !== VERSION || method !== undefined) return false;
  return (isRequestId(id) || id === null) && (result !== undefined || Boolean(error));
}

/** The error for a good message that is none of JSON-RPC: the session goes on. */
export function notJsonRpc(message: Message): IpcError {
  // Its own fields are enough to see what it is; writing what is inside them would recurse as deep as they are.
  const text = JSON.stringify(message, (_, value: unknown) =>
    value === message || typeof value !== 'object' ? value : '...',
  );
  const excerpt = text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}...` : text;
  return new IpcError('ERR_IPC_BAD_MESSAGE', `a message is not JSON-RPC ${VERSION}: ${excerpt}`);
}

/** What a request is answered with whose own answer came, and cannot be read. */
export function unreadable(id: RequestId, error: IpcError): ResponseMessage {
  return failure(id, { code: ErrorCodes.MessageReadError, message: error.message });
}

/** What a request is answered with that was under way when the connection ended. */
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
