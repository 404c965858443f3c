import { fdTransport } from '../transport/fdTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { ConnectionBase } from './connectionBase.js';

/** A connection over a socket pair that the launcher inherits. `accept` needs the launcher's process. */
export class FdConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(fdTransport(config), config);
  }
}
