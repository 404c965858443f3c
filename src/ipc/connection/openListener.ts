import { IpcError } from '../core/errors.js';
import type { Peer } from '../authentication/authenticator.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport, TransportListener } from '../transport/transport.js';
import { HandshakeQueue } from './handshakeQueue.js';
import type { HandshakeQueueOptions } from './handshakeQueue.js';

/** Listens for any number of peers until it is closed. Every authenticated peer is passed on. */
export class OpenListener {
  private readonly handshakes: HandshakeQueue;
  private listener: TransportListener | undefined;

  private constructor(options: HandshakeQueueOptions, onPeer: (peer: Peer) => void) {
    this.handshakes = new HandshakeQueue(options, onPeer);
  }

  /**
   * Starts listening; resolves when peers can connect.
   *
   * @param onPeer receives each peer, its socket paused, and owns it from then on
   * @throws IpcError as the transport does
   */
  static async listen(
    transport: Transport,
    options: HandshakeQueueOptions,
    onPeer: (peer: Peer) => void,
  ): Promise<OpenListener> {
    const made = new OpenListener(options, onPeer);
    made.listener = await transport.listen((socket) => {
      made.handshakes.add(socket, () => made.endpoint);
    });
    options.logger.info({ endpoint: describeEndpoint(made.endpoint) }, 'listening for any number of peers');
    return made;
  }

  get endpoint(): Endpoint {
    if (this.listener === undefined) throw new IpcError('ERR_IPC_STATE', 'not listening yet');
    return this.listener.endpoint;
  }

  /**
   * Stops listening and removes the endpoint. Connected peers are not affected, because they have other
   * owners.
   */
  async close(): Promise<void> {
    this.handshakes.close('the listener is closed');
    await this.listener?.close();
  }
}
