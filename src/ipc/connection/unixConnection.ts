import { unixTransport } from '../transport/unixTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { ConnectionBase } from './connectionBase.js';

/** A connection over a Unix socket. */
export class UnixConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(unixTransport(config), config);
  }
}
