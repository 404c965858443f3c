import { createRequire } from 'node:module';
import { endSocket, overUnixSocket } from './unixEndpoint.mjs';

/** The reader passes on every message. The writer adds `type` and `seq` to each message, as DAP requires. */
function open(socket, receive) {
  const { ProtocolServer } = createRequire(import.meta.url)('@vscode/debugadapter/lib/protocol');
  class Server extends ProtocolServer {
    handleMessage(message) {
      receive(message);
    }
  }
  const server = new Server();
  server.on('error', () => undefined);
  server.start(socket, socket);
  return {
    send: (message) => server.sendEvent(message),
    sendAndWait(message) {
      server.sendEvent(message);
      return roomIn(socket);
    },
    close: () => endSocket(socket),
  };
}

/** The server does not report when a message is written, so the socket is observed directly. */
function roomIn(socket) {
  return new Promise((resolve) => {
    if (socket.writableNeedDrain) socket.once('drain', resolve);
    else setImmediate(resolve);
  });
}

export const protocolServer = overUnixSocket('ProtocolServer', open);
