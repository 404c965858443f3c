import { createRequire } from 'node:module';
import { endSocket, overUnixSocket } from './unixEndpoint.mjs';

function open(socket, receive) {
  const { SocketMessageReader, SocketMessageWriter } = createRequire(import.meta.url)('vscode-jsonrpc/node');
  const reader = new SocketMessageReader(socket);
  const writer = new SocketMessageWriter(socket);
  // Its errors go to whoever listens, and are thrown where nobody does.
  reader.onError(() => undefined);
  writer.onError(() => undefined);
  reader.listen(receive);
  const send = (message) => writer.write(message);
  return { send, sendAndWait: send, close: () => endSocket(socket) };
}

export const vscodeJsonrpc = overUnixSocket('vscode-jsonrpc', open);
