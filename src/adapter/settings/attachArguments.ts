import { hostAndPort, IpcError, isLocalHost, readAddress, readKeyFileInBackground } from '../../ipc/index.js';
import type { KeyFile, Message, TransportConfig } from '../../ipc/index.js';
import { optionalObject, optionalString } from './argumentReader.js';
import { badAttachArgument, DapError } from '../dap/dapErrors.js';
import { readDebugSettings } from './debugSettings.js';
import { readLimitsAlone, readResume } from './ipcSetting.js';
import { readTimeouts } from './launchArguments.js';
import type { DebuggeeSettings } from './launchArguments.js';
import { readRestart } from './restartPolicy.js';
import { isProfileName, PROFILE_NAMES } from './launcherProfiles.js';
import type { ProfileName } from './launcherProfiles.js';
import type { SourceRoots } from '../translation/pathMapping.js';

/** The time for an attempt to attach, in milliseconds: the program may be about to listen. */
const CONNECT_TIMEOUT_MS = 3_000;
const KEY_DIGITS = 64;

/** The arguments of `attach`, checked, with every default filled in. */
export interface AttachArguments extends DebuggeeSettings {
  /** The endpoint where the launcher listens, with the key. */
  readonly config: TransportConfig;
  /** The endpoint as a text for the user. */
  readonly address: string;
  /** The directories of the sources on both machines. Undefined: the paths are the same. */
  readonly roots: SourceRoots | undefined;
}

/**
 * Reads the arguments of an `attach` request. Unknown fields are ignored: clients add their own.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export async function readAttachArguments(raw: Message): Promise<AttachArguments> {
  try {
    return await read(raw);
  } catch (error) {
    throw attachError(error);
  }
}

/** Reads `launcher.profile` of an `attach`. @throws DapError for an unknown profile */
export function readAttachProfile(raw: Message): ProfileName {
  try {
    const name = optionalObject(raw, 'launcher')?.profile ?? 'native';
    if (typeof name === 'string' && isProfileName(name)) return name;
    throw problem(`"launcher.profile" is one of ${PROFILE_NAMES.join(', ')}; not ${JSON.stringify(name)}.`);
  } catch (error) {
    throw attachError(error);
  }
}

function attachError(error: unknown): unknown {
  return error instanceof DapError || error instanceof IpcError ? badAttachArgument(error) : error;
}

async function read(raw: Message): Promise<AttachArguments> {
  const key = await readKey(raw);
  const endpoint = readEndpoint(raw) ?? endpointOf(key.endpoint);
  if (endpoint === undefined) {
    throw problem(
      'there is nowhere to attach to. Give "address", "port" or "path", as the program printed it.',
    );
  }
  const remote = optionalString(raw, 'remoteAddress');
  const { launchTimeoutMs, terminateTimeoutMs } = readTimeouts(raw);
  return {
    config: {
      ...readLimitsAlone(raw),
      ...readResume(raw),
      ...endpoint,
      key: key.key,
      expectedEndpoint: remote === undefined ? key.endpoint : endpointName(readAddress(remote)),
      // After a restart the program may need the whole time of a launch.
      connectTimeoutMs: raw.__restart === undefined ? CONNECT_TIMEOUT_MS : launchTimeoutMs,
    },
    address: endpointName(endpoint),
    roots: readRoots(raw),
    restart: readRestart(raw),
    debugSettings: readDebugSettings(raw),
    noDebug: false,
    keepRunning: true,
    launchTimeoutMs,
    terminateTimeoutMs,
  };
}

async function readKey(raw: Message): Promise<KeyFile> {
  const [key, file] = [optionalString(raw, 'key'), optionalString(raw, 'keyFile')];
  if (file !== undefined && key === undefined) return await readKeyFileInBackground(file);
  if (key === undefined || file !== undefined) {
    throw problem(
      'give "keyFile", whose path the program printed when it began to listen, or "key"; one of them. For a program ' +
        'with an inspector ("node --inspect"), give "port" or "processId" instead.',
    );
  }
  if (key.length === KEY_DIGITS && /^[0-9a-f]+$/i.test(key)) {
    return { key: Buffer.from(key, 'hex'), endpoint: undefined };
  }
  throw problem(
    `"key" must be the ${KEY_DIGITS} hexadecimal digits that the key file has in its first line.`,
  );
}

function readEndpoint(raw: Message): TransportConfig | undefined {
  const address = optionalString(raw, 'address');
  const path = optionalString(raw, 'path');
  const { port, host } = { port: raw.port, host: optionalString(raw, 'host') };
  const given = [address, path, port].filter((value) => value !== undefined);
  if (given.length > 1)
    throw problem('"address", "path" and "port" each say where to attach: give one of them.');
  if (address !== undefined) return requireLoopback(readAddress(address));
  if (path !== undefined) return readAddress(path.includes('/') || path.includes('\\') ? path : `./${path}`);
  if (port === undefined) return undefined;
  if (typeof port !== 'number') throw problem('"port" must be a number.');
  return requireLoopback({ transport: 'tcp', port, host: host ?? '127.0.0.1' });
}

/** Refuses other machines: the connection is authenticated, but not encrypted. */
function requireLoopback(endpoint: TransportConfig): TransportConfig {
  const { host } = endpoint;
  if (host === undefined || isLocalHost(host)) return endpoint;
  throw problem(
    `${host} is another machine, and what crosses could be read on the way. Forward the program's endpoint to ` +
      'this machine (ssh -L), and attach to that.',
  );
}

/** Reads the endpoint that a key file names. A file can come from another machine, with the address of its listener. */
function endpointOf(name: string | undefined): TransportConfig | undefined {
  if (name === undefined) return undefined;
  const address = name.slice(name.indexOf(' ') + 1);
  return name.startsWith('unix ')
    ? { transport: 'unix', path: address }
    : requireLoopback(readAddress(address));
}

/** Gives the name that a listener has for its endpoint. The authentication covers this name. */
function endpointName({
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

/** Reads `localRoot` and `remoteRoot`. @throws DapError if only one is given */
export function readRoots(raw: Message): SourceRoots | undefined {
  const [local, remote] = [optionalString(raw, 'localRoot'), optionalString(raw, 'remoteRoot')];
  if (local === undefined && remote === undefined) return undefined;
  if (local !== undefined && remote !== undefined) return { local, remote };
  throw problem('"localRoot" and "remoteRoot" go together: give both, or neither.');
}

function problem(text: string): DapError {
  return badAttachArgument(new Error(text));
}
