import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { flag, optionalChoice, optionalObject } from '../settings/argumentReader.js';
import { readEnv } from '../settings/environment.js';
import { readIpc } from '../settings/ipcSetting.js';
import { readCommand, readCwd, readTimeouts } from '../settings/launchArguments.js';
import type { LauncherCommand, LaunchSettings } from '../settings/launchArguments.js';

/** The two requests that begin a session. */
const START_REQUESTS = ['launch', 'attach'] as const;
export type StartRequest = (typeof START_REQUESTS)[number];

/** The client's arguments that the adapter reads and the server does not get. */
const OWN_ARGUMENTS = ['launcher', 'ipc', 'launchTimeoutMs', 'terminateTimeoutMs', 'keepRunning'];

/** A launch of a DAP server that connects back, checked, with every default filled in. */
export interface DapLaunch extends LaunchSettings {
  /** The command line of the server, with placeholders for the endpoint. */
  readonly server: LauncherCommand;
  /** The client's request. */
  readonly asked: StartRequest;
  /** The request that the server gets. */
  readonly request: StartRequest;
  /** The arguments of the server's request. */
  readonly arguments: Message;
  /** True: the program runs on when the client or the adapter goes away. */
  readonly keepRunning: boolean;
}

/** True for a `launch` or `attach`, valid or not, that names a DAP server as its launcher. */
export function startsDapServer(request: {
  readonly command: string;
  readonly arguments?: unknown;
}): boolean {
  if (!START_REQUESTS.some((name) => name === request.command)) return false;
  const launcher: unknown = isRecord(request.arguments) ? request.arguments.launcher : undefined;
  return isRecord(launcher) && launcher.profile === 'dap';
}

function withoutOwn(raw: Message): Message {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !OWN_ARGUMENTS.includes(name)));
}

/**
 * Reads the arguments of a `launch` or `attach` that starts a DAP server.
 *
 * @throws DapError that says which argument is wrong, how, and the way out
 */
export async function readDapLaunch(asked: StartRequest, raw: Message): Promise<DapLaunch> {
  const known = ['profile', 'command', 'args', 'request', 'arguments'];
  const launcher = optionalObject(raw, 'launcher', known) ?? {};
  const ipc = readIpc(raw);
  return {
    server: readCommand(launcher),
    asked,
    request: optionalChoice(launcher, 'request', START_REQUESTS, 'launcher.') ?? asked,
    arguments: optionalObject(launcher, 'arguments', undefined, 'launcher.') ?? withoutOwn(raw),
    cwd: await readCwd(raw),
    env: readEnv(raw),
    // Servers that connect back know a host and a port, but no other framing and no key.
    ipc: {
      ...ipc,
      transport: ipc.transport ?? 'tcp',
      framing: ipc.framing ?? 'content-length',
      auth: ipc.auth ?? 'off',
      onFull: 'error',
    },
    ...readTimeouts(raw),
    keepRunning: flag(raw, 'keepRunning'),
  };
}
