import type { TransportConfig } from '../core/transportConfig.js';
import { fdTransport } from '../transport/fdTransport.js';
import { pipeTransport } from '../transport/pipeTransport.js';
import { tcpTransport } from '../transport/tcpTransport.js';
import { unixTransport } from '../transport/unixTransport.js';
import { ConnectionBase } from './connectionBase.js';

/** A connection over a Unix socket. */
export class UnixConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(unixTransport(config), config);
  }
}

/** A connection over TCP, limited to this machine unless configured otherwise. */
export class TcpConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(tcpTransport(config), config);
  }
}

/** A connection over a Windows named pipe. */
export class PipeConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(pipeTransport(config), config);
  }
}

/** A connection over a socket pair that the launcher inherits. `accept` needs the launcher's process. */
export class FdConnection extends ConnectionBase {
  constructor(config: TransportConfig = {}) {
    super(fdTransport(config), config);
  }
}
