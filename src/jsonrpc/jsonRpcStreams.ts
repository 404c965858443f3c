import type { MessageReader, MessageWriter } from 'vscode-jsonrpc/node';
import type { AcceptOptions } from '../ipc/index.js';
import { IpcMessageReader } from './ipcMessageReader.js';
import { IpcMessageWriter } from './ipcMessageWriter.js';
import { linkTo } from './link.js';
import type { JsonRpcConnection, JsonRpcManager } from './link.js';
import { PendingRequests } from './pendingRequests.js';

/**
 * The reader and the writer of one connection, for `createMessageConnection(reader, writer)`. Both must be
 * used together.
 */
export interface JsonRpcStreams {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

/**
 * Makes a connection carry JSON-RPC. After `listen` the connection cannot have another reader. When the
 * connection ends, for any reason, every open request rejects. The owner of the connection closes it;
 * `writer.end` closes it as well.
 *
 * @param peer an open connection, or a manager before its `startReader`
 * @param accept for a manager that listens: further conditions that end the wait for the peer, from `listen`
 * on
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
    writer.notifyClosed();
  });
  return { reader, writer };
}
