import { tcpTransport } from '../transport/tcpTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { ConnectionBase } from './connectionBase.js';

/** A connection over TCP, on this machine unless allowed otherwise. */
export class TcpConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(tcpTransport(config), config);
  }
}
