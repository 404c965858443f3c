import { AUTH_NAMES, FRAMING_NAMES } from '../../ipc/index.js';
import type { Message, TransportConfig } from '../../ipc/index.js';
import { optionalBoolean, optionalChoice, optionalObject, optionalString } from './argumentReader.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

/** The settings of `ipc`. */
const IPC_SETTINGS = [
  'transport',
  'host',
  'port',
  'path',
  'pipeName',
  'fallback',
  'framing',
  'auth',
  'allowLegacyMd5',
];

/** Reads `ipc`. Only types are checked here: the listener refuses endpoints that cannot be used. */
export function readIpc(raw: Message): TransportConfig {
  const ipc = optionalObject(raw, 'ipc', IPC_SETTINGS) ?? {};
  const port = ipc.port;
  if (port !== undefined && typeof port !== 'number') throw badLaunchArgument('"ipc.port" must be a number.');
  return {
    transport: optionalString(ipc, 'transport', 'ipc.'),
    host: optionalString(ipc, 'host', 'ipc.'),
    port,
    path: optionalString(ipc, 'path', 'ipc.'),
    pipeName: optionalString(ipc, 'pipeName', 'ipc.'),
    fallback: optionalBoolean(ipc, 'fallback', 'ipc.'),
    framing: optionalChoice(ipc, 'framing', FRAMING_NAMES, 'ipc.'),
    auth: optionalChoice(ipc, 'auth', AUTH_NAMES, 'ipc.'),
    allowLegacyMd5: optionalBoolean(ipc, 'allowLegacyMd5', 'ipc.'),
  };
}
