import { AUTH_NAMES, DEFAULT_LIMITS, FRAMING_NAMES } from '../../ipc/index.js';
import type { Limits, Message, TransportConfig } from '../../ipc/index.js';
import {
  optionalAboveZero,
  optionalBoolean,
  optionalChoice,
  optionalObject,
  optionalString,
} from './argumentReader.js';
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
  'allowOtherUsers',
  'limits',
  'resume',
];

/** The names of the settings of `ipc.limits`: those of the IPC layer. */
const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];

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
    allowOtherUsers: optionalBoolean(ipc, 'allowOtherUsers', 'ipc.'),
    ...readIpcLimits(ipc),
    ...readResume(ipc, 'ipc.'),
  };
}

/** Reads `resume`: whether the session outlives its connection, or for how long. */
export function readResume(raw: Message, prefix = ''): Pick<TransportConfig, 'resume'> {
  if (typeof raw.resume !== 'object') {
    const resume = optionalBoolean(raw, 'resume', prefix);
    return resume === undefined ? {} : { resume };
  }
  const given = optionalObject(raw, 'resume', ['graceMs'], prefix) ?? {};
  return { resume: { graceMs: optionalAboveZero(given, 'graceMs', `${prefix}resume.`) } };
}

/** Reads `ipc.limits`. A limit that is left out has its default. */
function readIpcLimits(ipc: Message): Partial<Limits> {
  const given = optionalObject(ipc, 'limits', LIMIT_NAMES, 'ipc.') ?? {};
  const limits: Partial<Record<keyof Limits, number>> = {};
  for (const name of LIMIT_NAMES) {
    const value = optionalAboveZero(given, name, 'ipc.limits.');
    if (value !== undefined) limits[name] = value;
  }
  return limits;
}

/** Reads `ipc.limits` of a request that has no use for the rest of `ipc`. */
export function readLimitsAlone(raw: Message): Partial<Limits> {
  return readIpcLimits(optionalObject(raw, 'ipc', IPC_SETTINGS) ?? {});
}

/** Lowers `maxFrameBytes` to what the adapter allows. */
export function withinFrameLimit(config: TransportConfig, mostBytes: number): TransportConfig {
  return { ...config, maxFrameBytes: Math.min(config.maxFrameBytes ?? mostBytes, mostBytes) };
}
