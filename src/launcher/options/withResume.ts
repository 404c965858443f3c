import type { TransportConfig } from '../../ipc/index.js';

/**
 * Lets sessions of a launcher outlive their connection over TCP, if the adapter wants that: the adapter knows whether there
 * is a network or a tunnel in between. Other connections break only when a process has ended.
 */
export function withResume(config: TransportConfig): TransportConfig {
  const { transport, framing = 'dp', auth = 'key' } = config;
  return transport === 'tcp' && framing === 'dp' && auth === 'key' ? { resume: true, ...config } : config;
}
