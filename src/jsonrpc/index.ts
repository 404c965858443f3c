/**
 * JSON-RPC over a connection of this package: a `MessageReader` and a `MessageWriter` for
 * `createMessageConnection` of vscode-jsonrpc.
 */
export { jsonRpcStreams } from './jsonRpcStreams.js';
export type { JsonRpcStreams } from './jsonRpcStreams.js';
export type { JsonRpcConnection, JsonRpcManager } from './link.js';
