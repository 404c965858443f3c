import { createRequire } from 'node:module';
import { fromRpc, toRpc } from './rpcMessages.mjs';

const { createMessageConnection } = createRequire(import.meta.url)('vscode-jsonrpc/node');

/** Creates a channel over a reader and a writer alone. */
export function bareChannel({ reader, writer }, receive, close) {
  ignoreErrors(reader, writer);
  reader.listen((message) => receive(fromRpc(message)));
  const send = (message) => writer.write(toRpc(message));
  return { send, sendAndWait: send, close };
}

/** Creates a channel over `createMessageConnection`: commands are its requests, events its notifications. */
export function connectionChannel({ reader, writer }, receive, close) {
  ignoreErrors(reader, writer);
  const rpc = createMessageConnection(reader, writer);
  const asked = new Map();
  const answered = (id, body) => receive({ event: 'response', id, body });
  const send = (message) => {
    if (message.event === 'response') return void asked.get(message.id)(message.body);
    const { method, params, id } = toRpc(message);
    if (id === undefined) return rpc.sendNotification(method, params);
    void rpc.sendRequest(method, params).then(
      (body) => answered(id, body),
      () => undefined,
    );
  };
  let lastId = 0;
  rpc.onRequest((method, params) => {
    const id = (lastId += 1);
    return new Promise((resolve) => {
      asked.set(id, (body) => {
        asked.delete(id);
        resolve(body ?? null);
      });
      receive({ command: method, arguments: params, id });
    });
  });
  rpc.onNotification((event, body) => receive({ event, body }));
  rpc.listen();
  return { send, sendAndWait: send, close };
}

/** Ignores the errors of streams. Without a listener, errors would be thrown. */
function ignoreErrors(...streams) {
  for (const stream of streams) stream.onError(() => undefined);
}
