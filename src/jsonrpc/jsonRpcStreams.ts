import type { MessageReader, MessageWriter } from 'vscode-jsonrpc/node';
import type { AcceptOptions } from '../ipc/index.js';
import { IpcMessageReader } from './ipcMessageReader.js';
import { IpcMessageWriter } from './ipcMessageWriter.js';
import { linkTo } from './link.js';
import type { JsonRpcConnection, JsonRpcManager } from './link.js';
import { PendingRequests } from './pendingRequests.js';

/** The two halves of one connection, for `createMessageConnection(reader, writer)`. They belong together. */
export interface JsonRpcStreams {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

/**
 * Makes a connection the carrier of JSON-RPC. From `listen` on it has no other reader. At its end, whatever
 * the cause, every request under way rejects. It stays its owner's to close; `writer.end` closes it as well.
 *
 * @param peer an open connection, or a manager before its `startReader`
 * @param accept for a manager that listens: what else ends waiting for the peer, from `listen` on
 */
export function jsonRpcStreams(peer: JsonRpcConnection): JsonRpcStreams;
export function jsonRpcStreams(peer: JsonRpcManager, accept?: AcceptOptions): JsonRpcStreams;
export function jsonRpcStreams(
  peer: JsonRpcConnection | JsonRpcManager,
  accept: AcceptOptions = {},
): JsonRpcStreams {
  const link = linkTo(peer, accept);
  const pending = new PendingRequests();
  const reader = new IpcMessageReader(link, pending);
  const writer = new IpcMessageWriter(link, pending);
  reader.onClose(() => {
    writer.tellClosed();
  });
  return { reader, writer };
}
