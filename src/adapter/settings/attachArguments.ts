import { hostAndPort, IpcError, isLoopback, readAddress, readKeyFile } from '../../ipc/index.js';
import type { KeyFile, Message, TransportConfig } from '../../ipc/index.js';
import { flag, optionalObject, optionalString } from './argumentReader.js';
import { badAttachArgument, DapError } from '../dap/dapErrors.js';
import { readDebugSettings } from './debugSettings.js';
import type { DebuggeeSettings } from '../debuggee/debuggeeHost.js';
import { readTimeouts } from './launchArguments.js';
import { isProfileName, PROFILE_NAMES, profileOf } from '../profiles/profiles.js';

/** How long an attempt to attach may take, in milliseconds: the program may be just about to listen. */
const CONNECT_TIMEOUT_MS = 3_000;
const KEY_DIGITS = 64;

/** The arguments of `attach`, checked, with every default filled in. */
export interface AttachArguments extends DebuggeeSettings {
  /** Where the launcher listens, and by which key it lets us in. */
  readonly config: TransportConfig;
  /** The same place, for people. */
  readonly address: string;
  /** Where the sources are here, and where on the program's machine; undefined: in the same place. */
  readonly roots: { readonly local: string; readonly remote: string } | undefined;
}

/**
 * Reads the arguments of an `attach` request. Fields that it does not know are left alone: clients add their own.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export function readAttachArguments(raw: Message): AttachArguments {
  try {
    requireAttachable(raw);
    return read(raw);
  } catch (error) {
    if (error instanceof DapError || error instanceof IpcError) throw badAttachArgument(error);
    throw error;
  }
}

function read(raw: Message): AttachArguments {
  const key = readKey(raw);
  const place = readPlace(raw) ?? placeOf(key.endpoint);
  if (place === undefined) {
    throw problem(
      'there is nowhere to attach to. Give "address", "port" or "path", as the program printed it.',
    );
  }
  const remote = optionalString(raw, 'remoteAddress');
  const { launchTimeoutMs, terminateTimeoutMs } = readTimeouts(raw);
  return {
    config: {
      ...place,
      key: key.key,
      expectedEndpoint: remote === undefined ? key.endpoint : nameOf(readAddress(remote)),
      // A program that is started again takes its time.
      connectTimeoutMs: raw.__restart === undefined ? CONNECT_TIMEOUT_MS : launchTimeoutMs,
    },
    address: nameOf(place),
    roots: readRoots(raw),
    restart: flag(raw, 'restart'),
    debugSettings: readDebugSettings(raw),
    noDebug: false,
    keepRunning: true,
    launchTimeoutMs,
    terminateTimeoutMs,
  };
}

/** @throws DapError for a launcher of a kind that nobody can attach to */
function requireAttachable(raw: Message): void {
  const name = optionalObject(raw, 'launcher')?.profile ?? 'native';
  if (typeof name !== 'string' || !isProfileName(name)) {
    throw problem(`"launcher.profile" is one of ${PROFILE_NAMES.join(', ')}; not ${JSON.stringify(name)}.`);
  }
  const reason = profileOf({ launcher: { profile: name } }).cannotAttach;
  if (reason !== undefined) throw problem(reason);
}

function readKey(raw: Message): KeyFile {
  const [key, file] = [optionalString(raw, 'key'), optionalString(raw, 'keyFile')];
  if (file !== undefined && key === undefined) return readKeyFile(file);
  if (key === undefined || file !== undefined) {
    throw problem(
      'give "keyFile", whose path the program printed when it began to listen, or "key"; one of them.',
    );
  }
  if (key.length === KEY_DIGITS && /^[0-9a-f]+$/i.test(key)) {
    return { key: Buffer.from(key, 'hex'), endpoint: undefined };
  }
  throw problem(
    `"key" must be the ${KEY_DIGITS} hexadecimal digits that the key file has in its first line.`,
  );
}

function readPlace(raw: Message): TransportConfig | undefined {
  const address = optionalString(raw, 'address');
  const path = optionalString(raw, 'path');
  const { port, host } = { port: raw.port, host: optionalString(raw, 'host') };
  const given = [address, path, port].filter((one) => one !== undefined);
  if (given.length > 1)
    throw problem('"address", "path" and "port" each say where to attach: give one of them.');
  if (address !== undefined) return loopback(readAddress(address));
  if (path !== undefined) return readAddress(path.includes('/') || path.includes('\\') ? path : `./${path}`);
  if (port === undefined) return undefined;
  if (typeof port !== 'number') throw problem('"port" must be a number.');
  return loopback({ transport: 'tcp', port, host: host ?? '127.0.0.1' });
}

/** What crosses is proved, not encrypted. */
function loopback(place: TransportConfig): TransportConfig {
  const host = place.host?.replace(/^\[|\]$/g, '');
  if (host === undefined || host === 'localhost' || isLoopback(host)) return place;
  throw problem(
    `${host} is another machine, and what crosses could be read on the way. Forward the program's endpoint to ` +
      'this machine (ssh -L), and attach to that.',
  );
}

/** The endpoint that a key file names. */
function placeOf(endpoint: string | undefined): TransportConfig | undefined {
  if (endpoint === undefined) return undefined;
  const at = endpoint.indexOf(' ');
  const rest = endpoint.slice(at + 1);
  return endpoint.startsWith('unix ') ? { transport: 'unix', path: rest } : readAddress(rest);
}

/** An endpoint as a listener calls it, which its proof covers. */
function nameOf({
  transport,
  host = '127.0.0.1',
  port = 0,
  path = '',
  pipeName = '',
}: TransportConfig): string {
  if (transport !== 'tcp') return `${transport} ${path}${pipeName}`;
  const bare = host.replace(/^\[|\]$/g, '');
  return `tcp ${hostAndPort({ host: bare === 'localhost' ? '127.0.0.1' : bare, port })}`;
}

function readRoots(raw: Message): AttachArguments['roots'] {
  const [local, remote] = [optionalString(raw, 'localRoot'), optionalString(raw, 'remoteRoot')];
  if (local === undefined && remote === undefined) return undefined;
  if (local !== undefined && remote !== undefined) return { local, remote };
  throw problem('"localRoot" and "remoteRoot" go together: give both, or neither.');
}

function problem(text: string): DapError {
  return badAttachArgument(new Error(text));
}
