import { IpcError } from '../core/errors.js';
import type { Peer } from '../authentication/authenticator.js';
import { describeEndpoint } from '../transport/transport.js';
import type { Endpoint, Transport, TransportListener } from '../transport/transport.js';
import { HandshakeQueue } from './handshakeQueue.js';
import type { HandshakeQueueOptions } from './handshakeQueue.js';

/** Listens for any number of peers, until it is closed: everyone who is let in is handed on. */
export class OpenListener {
  private readonly reception: HandshakeQueue;
  private listener: TransportListener | undefined;

  private constructor(options: HandshakeQueueOptions, onPeer: (peer: Peer) => void) {
    this.reception = new HandshakeQueue(options, onPeer);
  }

  /**
   * Resolves when really listening.
   *
   * @param onPeer takes each peer, its socket paused, and owns it from then on
   * @throws IpcError as the transport does
   */
  static async listen(
    transport: Transport,
    options: HandshakeQueueOptions,
    onPeer: (peer: Peer) => void,
  ): Promise<OpenListener> {
    const made = new OpenListener(options, onPeer);
    made.listener = await transport.listen((socket) => {
      made.reception.examine(socket, () => made.endpoint);
    });
    options.logger.info({ endpoint: describeEndpoint(made.endpoint) }, 'listening for any number of peers');
    return made;
  }

  get endpoint(): Endpoint {
    if (this.listener === undefined) throw new IpcError('ERR_IPC_STATE', 'not listening yet');
    return this.listener.endpoint;
  }

  /** Stops listening and removes what listening made. Peers that are in stay in: they have other owners. */
  async close(): Promise<void> {
    this.reception.close('the listener is closed');
    await this.listener?.close();
  }
}
