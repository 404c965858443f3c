import { UsageError } from '../../commandLine/usageError.js';
import { isLocalHost, readAddress } from '../../ipc/index.js';

/** The address of a runtime's inspector on this machine. */
export interface InspectorAddress {
  readonly host: string;
  readonly port: number;
  /** The path of the WebSocket, with the query. Undefined: the inspector is asked for it. */
  readonly path: string | undefined;
}

/**
 * Reads `--inspector`: PORT, HOST:PORT or `ws://HOST:PORT/PATH`.
 *
 * @throws UsageError for any other text, and for another machine: an inspector has neither encryption nor a key
 */
export function readInspectorAddress(text: string): InspectorAddress {
  const address = /^wss?:/i.test(text) ? readWebSocketUrl(text) : readHostAndPort(text);
  if (isLocalHost(address.host)) return address;
  throw new UsageError(
    `--inspector ${text}: ${address.host} is another machine, and an inspector has neither encryption nor a key. ` +
      'Forward its port to this machine (ssh -L 9229:127.0.0.1:9229 HOST), and name that',
  );
}

function readWebSocketUrl(text: string): InspectorAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'ws:') {
    throw new UsageError(`--inspector ${text}: give ws://HOST:PORT/PATH, as the runtime printed it`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(url.port || '80'), path: `${url.pathname}${url.search}` };
}

function readHostAndPort(text: string): InspectorAddress {
  try {
    const { transport, host = '127.0.0.1', port } = readAddress(text);
    if (transport === 'tcp' && port !== undefined && port > 0) {
      return { host: host.replace(/^\[|\]$/g, ''), port, path: undefined };
    }
  } catch (error) {
    throw new UsageError(`--inspector ${(error as Error).message}`, { cause: error });
  }
  throw new UsageError(`--inspector ${text}: give PORT, HOST:PORT or ws://HOST:PORT/PATH`);
}
