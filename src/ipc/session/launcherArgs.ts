import { IpcError } from '../core/errors.js';
import { FRAMING_NAMES } from '../core/transportConfig.js';
import { unusualAuth } from '../authentication/auth.js';
import { AUTH_NAMES } from '../core/transportConfig.js';
import type { Endpoint, TlsMode } from '../transport/transport.js';
import type { TransportConfig, TransportName } from '../core/transportConfig.js';
import { TRANSPORT_NAMES } from '../core/transportConfig.js';

/** The only place that knows the `--ipc` flags: what a listener hands to the launcher it waits for. */
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

/** How adapter and launcher talk, whatever the transport. Left out where it is what dapper's launchers expect. */
const COMMON_FIELDS: readonly Field[] = ['framing', 'auth'];

/** Which fields go with a transport alone; those that it cannot do without come first. */
const FIELDS_OF: Record<TransportName, { needed: Field; optional: readonly Field[] }> = {
  tcp: { needed: 'port', optional: ['host', 'tls'] },
  unix: { needed: 'path', optional: [] },
  pipe: { needed: 'pipeName', optional: [] },
  fd: { needed: 'fd', optional: [] },
};

/**
 * The arguments that tell a launcher where to connect and how to talk, for instance
 * `--ipc unix --ipc-path /run/...`.
 *
 * @param talk as the listener's configuration has it; what goes without saying is not said
 */
export function formatLauncherArgs(
  endpoint: Endpoint,
  talk: Pick<TransportConfig, 'framing' | 'auth' | 'key'> = {},
): string[] {
  const { framing = 'dp' } = talk;
  const auth = unusualAuth(talk);
  return [
    FLAGS.transport,
    endpoint.transport,
    ...endpointArgs(endpoint),
    ...(framing === 'dp' ? [] : given('framing', framing)),
    ...(auth === undefined ? [] : given('auth', auth)),
  ];
}

function endpointArgs(endpoint: Endpoint): string[] {
  switch (endpoint.transport) {
    case 'tcp': {
      const { host, port, tls } = endpoint;
      const secured = tls === undefined ? [] : given('tls', tls.mode);
      return [...given('host', host), ...given('port', String(port)), ...secured];
    }
    case 'unix':
      return given('path', endpoint.path);
    case 'pipe':
      return given('pipeName', endpoint.pipeName);
    case 'fd':
      return given('fd', String(endpoint.fd));
  }
}

/** A flag and its value: apart, as every launcher takes them, unless the value could be taken for a flag. */
function given(field: Field, value: string): string[] {
  return value.startsWith('--') ? [`${FLAGS[field]}=${value}`] : [FLAGS[field], value];
}

/**
 * The launcher's side of `createListener`: takes the `--ipc` flags out of an argument list, in the form
 * `--ipc-port 4711` or `--ipc-port=4711`, up to a `--`.
 *
 * @param argv the arguments behind the script's name
 * @returns the configuration to connect with, and all other arguments in their order
 * @throws IpcError `ERR_IPC_CONFIG` for flags that are missing, doubled, without a value or that do not fit
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

/** Behind `=` nothing can be mistaken for the next flag. */
function checkedInline(flag: string, value: string): string {
  if (value === '') throw configError(`${flag} needs a value`);
  return value;
}

function knownTransport(name: string | undefined): TransportName {
  if (name === undefined) {
    throw configError(`${FLAGS.transport} is missing: a launcher is told where to connect, see --help`);
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
