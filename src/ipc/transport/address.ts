import { IpcError } from '../core/errors.js';
import { hostAndPort } from './transport.js';
import type { Endpoint } from './transport.js';
import type { TransportConfig } from '../core/transportConfig.js';

const PIPE_PREFIX = /^\\\\[.?]\\pipe\\/i;
const HOST_AND_PORT = /^(?:(\[[^\]]+\]|[^:/\\]+):)?(\d{1,5})$/;

/**
 * Reads an endpoint from text: `4711`, `127.0.0.1:4711`, `[::1]:4711`, a socket's path, or the name of a
 * Windows pipe. Text that is neither a port nor a pipe is a path, and must contain a separator.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for any other text
 */
export function readAddress(text: string): TransportConfig {
  if (PIPE_PREFIX.test(text)) return { transport: 'pipe', pipeName: text };
  const [, host, port] = HOST_AND_PORT.exec(text) ?? [];
  if (port !== undefined) {
    return { transport: 'tcp', port: Number(port), ...(host !== undefined && { host }) };
  }
  if (/[/\\]/.test(text)) return { transport: 'unix', path: text };
  throw new IpcError(
    'ERR_IPC_CONFIG',
    `${JSON.stringify(text)} is no address: give a port, HOST:PORT, the path of a socket, or \\\\.\\pipe\\NAME`,
  );
}

/** Formats an endpoint as {@link readAddress} reads it. */
export function formatAddress(endpoint: Endpoint): string {
  switch (endpoint.transport) {
    case 'tcp':
      return hostAndPort(endpoint);
    case 'unix':
      return endpoint.path;
    case 'pipe':
      return endpoint.pipeName;
    case 'fd':
      return `fd ${endpoint.fd}`;
  }
}
