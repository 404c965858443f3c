import { pipeTransport } from '../transport/pipeTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { ConnectionBase } from './connectionBase.js';

/** A connection over a Windows named pipe. */
export class PipeConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(pipeTransport(config), config);
  }
}
