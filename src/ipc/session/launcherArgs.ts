import { IpcError } from '../core/errors.js';
import { FRAMING_NAMES } from '../core/transportConfig.js';
import { unusualAuth } from '../authentication/auth.js';
import { AUTH_NAMES } from '../core/transportConfig.js';
import type { Endpoint, TlsMode } from '../transport/transport.js';
import type { TransportConfig, TransportName } from '../core/transportConfig.js';
import { TRANSPORT_NAMES } from '../core/transportConfig.js';

/** The `--ipc` flags, which pass a listener's endpoint to the launcher. No other file knows them. */
const FLAGS = {
  transport: '--ipc',
  host: '--ipc-host',
  port: '--ipc-port',
  tls: '--ipc-tls',
  path: '--ipc-path',
  pipeName: '--ipc-pipe',
  fd: '--ipc-fd',
  framing: '--ipc-framing',
  auth: '--ipc-auth',
} as const;

type Field = keyof typeof FLAGS;

const TLS_MODES: readonly TlsMode[] = ['psk', 'certificate'];

/**
 * The fields for every transport. They are left out if they have the values that dapper's launchers expect.
 */
const COMMON_FIELDS: readonly Field[] = ['framing', 'auth'];

/** The fields per transport, the required field and the optional fields. */
const FIELDS_OF: Record<TransportName, { needed: Field; optional: readonly Field[] }> = {
  tcp: { needed: 'port', optional: ['host', 'tls'] },
  unix: { needed: 'path', optional: [] },
  pipe: { needed: 'pipeName', optional: [] },
  fd: { needed: 'fd', optional: [] },
};

/**
 * Formats the arguments by which a launcher connects, for instance `--ipc unix --ipc-path /run/...`.
 *
 * @param settings from the listener's configuration; default values are left out
 */
export function formatLauncherArgs(
  endpoint: Endpoint,
  settings: Pick<TransportConfig, 'framing' | 'auth' | 'key'> = {},
): string[] {
  const { framing = 'dp' } = settings;
  const auth = unusualAuth(settings);
  return [
    FLAGS.transport,
    endpoint.transport,
    ...endpointArgs(endpoint),
    ...(framing === 'dp' ? [] : flagWithValue('framing', framing)),
    ...(auth === undefined ? [] : flagWithValue('auth', auth)),
  ];
}

function endpointArgs(endpoint: Endpoint): string[] {
  switch (endpoint.transport) {
    case 'tcp': {
      const { host, port, tls } = endpoint;
      const secured = tls === undefined ? [] : flagWithValue('tls', tls.mode);
      return [...flagWithValue('host', host), ...flagWithValue('port', String(port)), ...secured];
    }
    case 'unix':
      return flagWithValue('path', endpoint.path);
    case 'pipe':
      return flagWithValue('pipeName', endpoint.pipeName);
    case 'fd':
      return flagWithValue('fd', String(endpoint.fd));
  }
}

/**
 * Formats a flag and its value. They are separate arguments, as every launcher expects, unless the value
 * looks like a flag.
 */
function flagWithValue(field: Field, value: string): string[] {
  return value.startsWith('--') ? [`${FLAGS[field]}=${value}`] : [FLAGS[field], value];
}

/**
 * Takes the `--ipc` flags out of a launcher's argument list, in the form `--ipc-port 4711` or
 * `--ipc-port=4711`, up to a `--`.
 *
 * @param argv the arguments after the script's name
 * @returns the configuration to connect with, and all other arguments in their order
 * @throws IpcError `ERR_IPC_CONFIG` for flags that are missing, repeated, without a value or do not fit the
 *   transport
 */
export function parseLauncherArgs(argv: readonly string[]): { config: TransportConfig; rest: string[] } {
  const { values, rest } = splitFlags(argv);
  const transport = knownTransport(values.transport);
  const { needed, optional } = FIELDS_OF[transport];
  if (values[needed] === undefined) {
    throw configError(`${FLAGS.transport} ${transport} needs ${FLAGS[needed]}`);
  }
  const fitting: readonly Field[] = ['transport', needed, ...optional, ...COMMON_FIELDS];
  for (const field of Object.keys(values) as Field[]) {
    if (!fitting.includes(field)) {
      throw configError(`${FLAGS[field]} does not go with ${FLAGS.transport} ${transport}`);
    }
  }
  const { port, fd, host, path, pipeName, tls, framing, auth } = values;
  return {
    config: {
      transport,
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port: parseNumber('port', port, 1, 65_535) }),
      ...(tls !== undefined && { tls: { mode: knownName('tls', tls, TLS_MODES) } }),
      ...(path !== undefined && { path }),
      ...(pipeName !== undefined && { pipeName }),
      ...(fd !== undefined && { fd: parseNumber('fd', fd, 3, 1023) }),
      ...(framing !== undefined && { framing: knownName('framing', framing, FRAMING_NAMES) }),
      ...(auth !== undefined && { auth: knownName('auth', auth, AUTH_NAMES) }),
    },
    rest,
  };
}

type FlagValues = Partial<Record<Field, string>>;

function splitFlags(argv: readonly string[]): { values: FlagValues; rest: string[] } {
  const values: FlagValues = {};
  const rest: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    if (argument === '--') return { values, rest: [...rest, ...argv.slice(at)] };
    const [flag, inline] = splitInline(argument);
    const field = fieldOf(flag);
    if (field === undefined) {
      rest.push(argument);
      continue;
    }
    if (inline === undefined) at += 1;
    if (values[field] !== undefined) throw configError(`${flag} is given twice`);
    values[field] = inline === undefined ? checkedValue(flag, argv[at]) : checkedInline(flag, inline);
  }
  return { values, rest };
}

function splitInline(argument: string): [flag: string, value: string | undefined] {
  const equals = argument.indexOf('=');
  return equals < 0 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

function fieldOf(flag: string): Field | undefined {
  return (Object.keys(FLAGS) as Field[]).find((field) => FLAGS[field] === flag);
}

function checkedValue(flag: string, value: string | undefined): string {
  if (value === undefined || value === '' || value.startsWith('--'))
    throw configError(`${flag} needs a value`);
  return value;
}

/** Checks a value after `=`, which cannot be mistaken for the next flag. */
function checkedInline(flag: string, value: string): string {
  if (value === '') throw configError(`${flag} needs a value`);
  return value;
}

function knownTransport(name: string | undefined): TransportName {
  if (name === undefined) {
    throw configError(`${FLAGS.transport} is missing: a launcher needs an address to connect to, see --help`);
  }
  const known = TRANSPORT_NAMES.find((transport) => transport === name.toLowerCase());
  if (known !== undefined) return known;
  throw configError(`${FLAGS.transport} ${name}: known are ${TRANSPORT_NAMES.join(', ')}`);
}

function knownName<T extends string>(field: Field, name: string, known: readonly T[]): T {
  const found = known.find((one) => one === name);
  if (found !== undefined) return found;
  throw configError(`${FLAGS[field]} ${name}: known are ${known.join(', ')}`);
}

function parseNumber(field: Field, text: string, least: number, most: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw configError(`${FLAGS[field]} ${text} is not a whole number from ${least} to ${most}`);
}

function configError(what: string): IpcError {
  return new IpcError('ERR_IPC_CONFIG', what);
}
