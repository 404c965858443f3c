import type { RawData, WebSocket } from 'ws';
import type { InspectorChannel } from '../debugger/inspector/inspectorChannel.js';
import { InspectorMessages } from '../debugger/inspector/inspectorMessages.js';
import { hostAndPort } from '../../ipc/index.js';
import type { InspectorAddress } from '../options/inspectorAddress.js';

/** The largest message that an inspector may send, in bytes. The largest ones hold the text of a script. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** The inspector of a process, reached by its WebSocket. */
export class WebSocketChannel implements InspectorChannel {
  /** Resolves when the connection has ended, whichever side ended it. */
  readonly ended: Promise<void>;
  private readonly messages: InspectorMessages;

  private constructor(private readonly socket: WebSocket) {
    this.messages = new InspectorMessages((text) => this.send(text));
    socket.on('message', (data) => this.messages.receive(textOf(data)));
    // The end follows an error.
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.messages.end(new Error('the connection to the inspector has ended'));
        resolve();
      });
    });
  }

  /**
   * Connects.
   *
   * @param path the path of the WebSocket
   * @param timeoutMs the time for the whole handshake, in milliseconds
   * @throws Error with the reason
   */
  static async connect(
    { host, port }: InspectorAddress,
    path: string,
    timeoutMs: number,
  ): Promise<WebSocketChannel> {
    // Loaded here, because no other session needs it.
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(`ws://${hostAndPort({ host, port })}${path}`, {
      handshakeTimeout: timeoutMs,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => {
        socket.removeListener('error', reject);
        resolve(new WebSocketChannel(socket));
      });
    });
  }

  post(...args: Parameters<InspectorChannel['post']>): void {
    this.messages.post(...args);
  }

  listen(listener: (method: string, params: unknown) => void): void {
    this.messages.listen(listener);
  }

  /** Ends the connection. The inspector then removes what this debugger has set, and lets the program run. */
  close(): void {
    this.messages.end(new Error('the connection to the inspector was closed'));
    this.socket.terminate();
  }

  private send(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.send(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as Buffer).toString('utf8');
}
