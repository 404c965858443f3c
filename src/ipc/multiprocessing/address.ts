import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IpcError } from '../core/errors.js';
import { abstractTransport } from '../transport/abstractSocketTransport.js';
import { baseCandidates, whyUnsafe } from '../files/baseDirectory.js';
import { pipeTransport, randomPipeName } from '../transport/pipeTransport.js';
import { tcpTransport } from '../transport/tcpTransport.js';
import type { Endpoint, Transport } from '../transport/transport.js';
import { unixTransport } from '../transport/unixTransport.js';
import type { TransportConfig } from '../core/transportConfig.js';
import { argumentError } from './argumentError.js';

/**
 * An address to listen or connect at, in the forms of `multiprocessing.connection`: `[host, port]`, the path
 * of a Unix socket, `\0name` for Linux's abstract namespace, `\\.\pipe\name` for a named pipe of Windows.
 */
export type Address = readonly [host: string, port: number] | string;

/** The address families, by Python's names. */
export const FAMILIES = ['AF_INET', 'AF_UNIX', 'AF_PIPE'] as const;
/** The name of an address family. */
export type Family = (typeof FAMILIES)[number];

const NAME_RANDOM_BYTES = 16;
const PIPE_PREFIX = '\\\\';

/** Returns the fastest family of a platform. */
export function defaultFamily(platform: NodeJS.Platform = process.platform): Family {
  return platform === 'win32' ? 'AF_PIPE' : 'AF_UNIX';
}

/**
 * Returns the family of an address, regardless of the platform.
 *
 * @throws IpcError `ERR_IPC_ARGUMENT` for an invalid address
 */
export function addressType(address: Address): Family {
  if (typeof address === 'string') {
    if (address.startsWith(PIPE_PREFIX)) return 'AF_PIPE';
    if (address !== '') return 'AF_UNIX';
  } else if (isHostAndPort(address)) return 'AF_INET';
  throw argumentError(
    `${JSON.stringify(address)} is no address: give [host, port], the path of a Unix socket, or \\\\.\\pipe\\name`,
  );
}

/**
 * Returns a free address of a family, to listen at. No file or directory is created.
 *
 * @param family default: the fastest family of the platform
 * @returns `['127.0.0.1', 0]`, a random path in the temporary directory, or a random pipe name
 * @throws IpcError `ERR_IPC_UNSUPPORTED_TRANSPORT` for a family that the platform lacks
 */
export function arbitraryAddress(family?: Family, platform: NodeJS.Platform = process.platform): Address {
  const chosen = family ?? defaultFamily(platform);
  checkFamily(chosen, platform);
  switch (chosen) {
    case 'AF_INET':
      return ['127.0.0.1', 0];
    case 'AF_UNIX':
      // The path cannot be guessed, and the socket is private to its owner, so it needs no private directory.
      return join(temporaryDirectory(), `dai-${randomBytes(NAME_RANDOM_BYTES).toString('base64url')}`);
    case 'AF_PIPE':
      return randomPipeName();
  }
}

/** Returns the temporary directory, or the one that every system has if another user can change what is in that. */
function temporaryDirectory(): string {
  const safe = baseCandidates({}).find(({ path }) => whyUnsafe(path) === undefined);
  return safe?.path ?? tmpdir();
}

/**
 * Returns the transport for an address; no I/O yet.
 *
 * @param address default: a new address of `family`
 * @throws IpcError `ERR_IPC_ARGUMENT`; `ERR_IPC_UNSUPPORTED_TRANSPORT` for a family that the platform lacks;
 *   and as the transports for an invalid host, port, path or name
 */
export function transportAt(
  address: Address | undefined,
  config: TransportConfig & { readonly family?: Family | undefined } = {},
  platform: NodeJS.Platform = process.platform,
): Transport {
  const family = address === undefined ? (config.family ?? defaultFamily(platform)) : addressType(address);
  if (config.family !== undefined && config.family !== family) {
    throw argumentError(`the address is one of ${family}, and family is ${config.family}`);
  }
  checkFamily(family, platform);
  if (family === 'AF_INET') {
    const [host, port] = typeof address === 'object' ? address : [undefined, undefined];
    return tcpTransport({ ...config, host, port });
  }
  const name = typeof address === 'string' ? address : undefined;
  if (family === 'AF_PIPE') return pipeTransport({ ...config, pipeName: name }, platform);
  if (name?.startsWith('\0') === true) return abstractTransport(name, platform);
  return unixTransport({ ...config, path: name }, platform);
}

/** Converts an endpoint to an address. */
export function addressOf(endpoint: Endpoint): Address {
  switch (endpoint.transport) {
    case 'tcp':
      return [endpoint.host, endpoint.port];
    case 'unix':
      return endpoint.path;
    case 'pipe':
      return endpoint.pipeName;
    case 'fd':
      throw argumentError('an inherited descriptor has no address');
  }
}

function isHostAndPort(address: unknown): boolean {
  if (!Array.isArray(address) || address.length !== 2) return false;
  const [host, port] = address as readonly unknown[];
  return typeof host === 'string' && typeof port === 'number';
}

function checkFamily(family: Family, platform: NodeJS.Platform): void {
  if (!FAMILIES.includes(family)) {
    throw argumentError(`family ${String(family)}: known are ${FAMILIES.join(', ')}`);
  }
  const isMissing = family === (platform === 'win32' ? 'AF_UNIX' : 'AF_PIPE');
  if (!isMissing) return;
  throw new IpcError(
    'ERR_IPC_UNSUPPORTED_TRANSPORT',
    `family ${family} is not to be had on ${platform}: use AF_INET or ${defaultFamily(platform)}`,
  );
}
