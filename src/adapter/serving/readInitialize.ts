import type { Socket } from 'node:net';
import { DapInput, isInitialize } from '../dap/dapInput.js';
import type { DapInputLimits } from '../dap/dapInput.js';

/**
 * Reads from a client until its request `initialize` has arrived. The socket is paused afterwards.
 *
 * @returns all bytes that were read
 * @throws Error if the client sends anything that is no DAP, too much, or ends before
 */
export function readInitialize(socket: Socket, limits: DapInputLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer): void => void chunks.push(chunk);
    const settle = (action: () => void): void => {
      input.stop();
      socket.off('data', collect).pause();
      action();
    };
    const input = new DapInput(
      {
        onMessage: (message) => {
          if (isInitialize(message)) settle(() => resolve(Buffer.concat(chunks)));
        },
        onEnd: (error = new Error('the client has gone')) => settle(() => reject(error)),
      },
      limits,
    );
    // Before the input: the chunk with the request is among those that are returned.
    socket.on('data', collect);
    input.start(socket);
    socket.resume();
  });
}
