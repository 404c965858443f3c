/*
 * Converts the messages of the benchmark to JSON-RPC and back. All contenders that use JSON-RPC share the
 * objects.
 */

/** Converts a command to a request, and an event to a notification. */
export function toRpc(message) {
  if (message.event === 'response') return { jsonrpc: '2.0', id: message.id, result: message.body };
  if (message.event !== undefined) return { jsonrpc: '2.0', method: message.event, params: message.body };
  return { jsonrpc: '2.0', id: message.id, method: message.command, params: message.arguments };
}

export function fromRpc(rpc) {
  if (rpc.method === undefined) return { event: 'response', id: rpc.id, body: rpc.result };
  if (rpc.id === undefined) return { event: rpc.method, body: rpc.params };
  return { command: rpc.method, arguments: rpc.params, id: rpc.id };
}
