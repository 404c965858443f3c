/*
 * The messages of the work as JSON-RPC has them, and back: the same objects for every contender that speaks it.
 */

/** A command is a request, an event a notification. */
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
