import type { HandshakeQueueOptions } from '../connection/handshakeQueue.js';
import { OpenListener } from '../connection/openListener.js';
import { IpcError } from '../core/errors.js';
import { Authenticator } from '../authentication/authenticator.js';
import type { Peer } from '../authentication/authenticator.js';
import type { SessionDirectory } from '../authentication/resumeHandshake.js';
import { readLimits } from '../core/limits.js';
import { guardedLogger } from '../core/logger.js';
import { pipeTransport } from '../transport/pipeTransport.js';
import { tcpTransport } from '../transport/tcpTransport.js';
import type { Transport } from '../transport/transport.js';
import { unixTransport } from '../transport/unixTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { mayFallBack, TransportFactory } from './transportFactory.js';

/** Receives each authenticated peer, with what has authenticated it. */
type OnPeer = (peer: Peer, authenticator: Authenticator) => void;

/**
 * Listens for any number of peers: on the private transport of this platform, else on TCP on loopback, as
 * `TransportFactory.createListener` does.
 *
 * @param sessions the sessions that a connector may continue. Default: no session is continued
 * @throws IpcError `ERR_IPC_CONFIG` for a transport that supports one peer only, and as the transports do
 */
export async function listenForAll(
  config: TransportConfig,
  onPeer: OnPeer,
  sessions?: SessionDirectory,
): Promise<OpenListener> {
  try {
    return await listenOn(transportOf(config), config, onPeer, sessions);
  } catch (error) {
    if (!mayFallBack(resolved(config), config, error)) throw error;
    const logger = guardedLogger(config.logger);
    logger.warn({ err: error }, 'no Unix socket can be had here: using TCP instead');
    const tcp = { ...config, transport: 'tcp', host: undefined, port: undefined };
    return listenOn(tcpTransport(tcp), tcp, onPeer, sessions);
  }
}

function listenOn(
  transport: Transport,
  config: TransportConfig,
  onPeer: OnPeer,
  sessions: SessionDirectory | undefined,
): Promise<OpenListener> {
  const limits = readLimits(config);
  const authenticator = new Authenticator(transport, config, limits);
  const options: HandshakeQueueOptions = {
    logger: guardedLogger(config.logger),
    maxPendingHandshakes: limits.maxPendingHandshakes,
    authenticate: authenticator.forListener(sessions),
  };
  return OpenListener.listen(transport, options, (peer) => onPeer(peer, authenticator));
}

function transportOf(config: TransportConfig): Transport {
  const name = resolved(config);
  switch (name) {
    case 'unix':
      return unixTransport(config);
    case 'pipe':
      return pipeTransport(config);
    case 'tcp':
      return tcpTransport(config);
    case 'fd':
      throw new IpcError('ERR_IPC_CONFIG', 'an inherited pair has one peer: use unix, pipe or tcp here');
  }
}

function resolved({ transport }: TransportConfig): ReturnType<typeof TransportFactory.resolveTransport> {
  return TransportFactory.resolveTransport(transport);
}
