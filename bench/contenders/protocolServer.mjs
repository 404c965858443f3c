import { createRequire } from 'node:module';
import { endSocket, overUnixSocket } from './unixEndpoint.mjs';

/** Its reader hands every message on; its writer stamps `type` and `seq` on each, as DAP wants. */
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

/** It tells nobody when a message is written: the socket itself has to be watched. */
function roomIn(socket) {
  return new Promise((resolve) => {
    if (socket.writableNeedDrain) socket.once('drain', resolve);
    else setImmediate(resolve);
  });
}

export const protocolServer = overUnixSocket('ProtocolServer', open);
