import { IpcError } from './errors.js';
import type { Endpoint, TlsMode } from './transport/transport.js';
import type { TransportConfig, TransportName } from './transportConfig.js';
import { TRANSPORT_NAMES } from './transportConfig.js';

/** The only place that knows the `--ipc` flags: what a listener hands to the launcher it waits for. */
const FLAGS = {
  transport: '--ipc',
  host: '--ipc-host',
  port: '--ipc-port',
  tls: '--ipc-tls',
  path: '--ipc-path',
  pipeName: '--ipc-pipe',
  fd: '--ipc-fd',
} as const;

type Field = keyof typeof FLAGS;

/** Which fields go with a transport; those that it cannot do without come first. */
const FIELDS_OF: Record<TransportName, { needed: Field; optional: readonly Field[] }> = {
  tcp: { needed: 'port', optional: ['host', 'tls'] },
  unix: { needed: 'path', optional: [] },
  pipe: { needed: 'pipeName', optional: [] },
  fd: { needed: 'fd', optional: [] },
};

/** The arguments that tell a launcher where to connect, for instance `--ipc unix --ipc-path /run/...`. */
export function formatLauncherArgs(endpoint: Endpoint): string[] {
  const transport = [FLAGS.transport, endpoint.transport];
  switch (endpoint.transport) {
    case 'tcp': {
      const { host, port, tls } = endpoint;
      const secured = tls === undefined ? [] : given('tls', tls.mode);
      return [...transport, ...given('host', host), ...given('port', String(port)), ...secured];
    }
    case 'unix':
      return [...transport, ...given('path', endpoint.path)];
    case 'pipe':
      return [...transport, ...given('pipeName', endpoint.pipeName)];
    case 'fd':
      return [...transport, ...given('fd', String(endpoint.fd))];
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
  for (const field of Object.keys(values) as Field[]) {
    if (field !== 'transport' && field !== needed && !optional.includes(field)) {
      throw configError(`${FLAGS[field]} does not go with ${FLAGS.transport} ${transport}`);
    }
  }
  const { port, fd, host, path, pipeName, tls } = values;
  return {
    config: {
      transport,
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port: parseNumber('port', port, 1, 65_535) }),
      ...(tls !== undefined && { tls: { mode: knownTlsMode(tls) } }),
      ...(path !== undefined && { path }),
      ...(pipeName !== undefined && { pipeName }),
      ...(fd !== undefined && { fd: parseNumber('fd', fd, 3, 1023) }),
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

function knownTlsMode(mode: string): TlsMode {
  if (mode === 'psk' || mode === 'certificate') return mode;
  throw configError(`${FLAGS.tls} ${mode}: known are psk, certificate`);
}

function parseNumber(field: Field, text: string, least: number, most: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw configError(`${FLAGS[field]} ${text} is not a whole number from ${least} to ${most}`);
}

function configError(what: string): IpcError {
  return new IpcError('ERR_IPC_CONFIG', what);
}
