import { createRequire } from 'node:module';
import { bareChannel, connectionChannel } from './rpcConnection.mjs';
import { endSocket, overUnixSocket } from './unixEndpoint.mjs';

function contender(title, channelOver) {
  return overUnixSocket(title, (socket, receive) => {
    const { SocketMessageReader, SocketMessageWriter } = createRequire(import.meta.url)(
      'vscode-jsonrpc/node',
    );
    const streams = { reader: new SocketMessageReader(socket), writer: new SocketMessageWriter(socket) };
    return channelOver(streams, receive, () => endSocket(socket));
  });
}

export const vscodeJsonrpc = contender('vscode-jsonrpc', bareChannel);
export const vscodeConnection = contender('vscode-jsonrpc, connection', connectionChannel);
