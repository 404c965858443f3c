import { tcpTransport } from '../transport/tcpTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { ConnectionBase } from './connectionBase.js';

/** A connection over TCP, limited to this machine unless configured otherwise. */
export class TcpConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(tcpTransport(config), config);
  }
}
