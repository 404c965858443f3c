import { hostAndPort } from '../../ipc/index.js';
import type { Endpoint } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** The placeholders for the endpoint in a server's arguments. */
type Placeholder = 'ipcAddress' | 'ipcHost' | 'ipcPort' | 'ipcPath';

/** The placeholder per transport that is sufficient for the server to connect. */
const SUFFICIENT: Record<Endpoint['transport'], Placeholder | undefined> = {
  tcp: 'ipcPort',
  unix: 'ipcPath',
  pipe: 'ipcPath',
  fd: undefined,
};

const PATTERN = /\$\{(ipc\w*)\}/g;

function valuesFor(endpoint: Endpoint): Readonly<Record<string, string>> {
  switch (endpoint.transport) {
    case 'tcp':
      return {
        ipcAddress: hostAndPort(endpoint),
        ipcHost: endpoint.host,
        ipcPort: String(endpoint.port),
      };
    case 'unix':
      return { ipcPath: endpoint.path };
    case 'pipe':
      return { ipcPath: endpoint.pipeName };
    case 'fd':
      return {};
  }
}

function noValue(name: string, { transport }: Endpoint, values: object): Error {
  const has = Object.keys(values).map((known) => `\${${known}}`);
  const wayOut = has.length === 0 ? 'Use another "ipc.transport".' : `Use ${has.join(', ')}.`;
  return badLaunchArgument(
    `"launcher.args" has \${${name}}, for which the endpoint (transport ${transport}) has no value. ${wayOut}`,
  );
}

/**
 * Replaces `${ipcAddress}` (`127.0.0.1:4711`), `${ipcHost}`, `${ipcPort}` and `${ipcPath}` in a server's arguments by
 * the values of the endpoint. Other `${...}` stay as they are.
 *
 * @throws DapError if the arguments do not contain the endpoint, or contain a placeholder without a value
 */
export function fillPlaceholders(args: readonly string[], endpoint: Endpoint): string[] {
  const values = valuesFor(endpoint);
  const used = new Set<string>();
  const filled = args.map((arg) =>
    arg.replace(PATTERN, (_whole, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) throw noValue(name, endpoint, values);
      used.add(name);
      return value;
    }),
  );
  const needed = SUFFICIENT[endpoint.transport];
  if (used.has('ipcAddress') || (needed !== undefined && used.has(needed))) return filled;
  throw badLaunchArgument(missingPlaceholder(endpoint, needed));
}

function missingPlaceholder({ transport }: Endpoint, needed: Placeholder | undefined): string {
  if (needed === undefined) {
    return `a DAP server cannot be told where to connect with "ipc.transport": "${transport}". Use tcp or unix.`;
  }
  const either = transport === 'tcp' ? '${ipcAddress} (host and port) or ${ipcPort}' : `\${${needed}}`;
  return `"launcher.args" does not tell the server where to connect. Put ${either} where the server takes its address.`;
}
