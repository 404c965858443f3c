import { isatty } from 'node:tty';
import { formatAddress, toError } from '../../ipc/index.js';
import type { Endpoint, IPCManager, TransportConfig } from '../../ipc/index.js';
import { AdapterListener } from './adapterListener.js';
import { AdapterSessions, peerOf } from './adapterSessions.js';
import type { SessionsOptions } from './adapterSessions.js';
import { describeListenFailure } from './listenFailure.js';
import type { LauncherSession } from './launcherSession.js';
import { withResume } from '../options/withResume.js';
import type { ListenOptions } from '../options/launcherOptions.js';
import { writeStderr } from './writeStderr.js';

const STDOUT_FD = 1;
const MS_PER_SECOND = 1_000;
/** Longest time that the end of the program is delayed to send the last messages, in milliseconds. */
export const CLOSE_TIMEOUT_MS = 1_000;

/** Parts and options of {@link serveAdapters}. */
export interface ServeOptions extends SessionsOptions {
  readonly listen: ListenOptions;
}

/** Parts and options of {@link serveReattachable}. */
export interface ReattachOptions extends SessionsOptions {
  /** The connection to the first adapter, not connected yet. */
  readonly manager: IPCManager;
  /** How long a stopped program stays stopped for another adapter, in milliseconds. */
  readonly reattachTimeoutMs: number;
}

/**
 * Serves the adapters that attach to the program, one at a time, as long as the program lives. An adapter that
 * comes while another one is attached is refused with the reason.
 *
 * @throws IpcError if listening fails
 */
export async function serveAdapters({ listen, ...parts }: ServeOptions): Promise<void> {
  const { options, program, logger } = parts;
  const sessions = new AdapterSessions(parts);
  const settings = { config: withResume(options.config), keyFile: listen.keyFile };
  const listener = await AdapterListener.open(settings, logger, (peer) => void sessions.accept(peer));
  program.onNotice(({ kind }) => (kind === 'exit' ? listener.close() : Promise.resolve()));
  writeStderr(announcement(listener, listen));
  if (!listen.wait) program.start();
}

/**
 * Connects to the adapter that has started this launcher, and serves those that attach when that one was lost. If the
 * launcher cannot listen, the adapter is told, and the program can only run on.
 */
export async function serveReattachable(given: ReattachOptions): Promise<void> {
  const { manager, reattachTimeoutMs, ...parts } = given;
  const { options, program, logger } = parts;
  let problem = '';
  const { listener, sessions } = await listenForNext(parts).catch((thrown: unknown) => {
    problem = describeListenFailure(thrown);
    logger.error({ err: toError(thrown) }, 'cannot listen for further adapters');
    const once = { ...parts, options: { ...options, reattachTimeoutMs: undefined } };
    return { listener: undefined, sessions: new AdapterSessions(once) };
  });
  const { config } = options;
  program.onNotice(({ kind }) => (kind === 'exit' && listener ? listener.close() : Promise.resolve()));
  const session = await sessions.begin(peerOf(manager), {
    connect: () => manager.connect(withResume(config)),
  });
  if (listener !== undefined) {
    tellWayBack(session, listener, reattachTimeoutMs);
    return;
  }
  const output = `If the debugger is lost, the program runs on, but no other one can attach: ${problem}\n`;
  session.emit('output', { category: 'important', output });
}

async function listenForNext(
  parts: SessionsOptions & { readonly options: { readonly reattachTimeoutMs: number | undefined } },
): Promise<{ listener: AdapterListener; sessions: AdapterSessions }> {
  const { options, logger } = parts;
  // A program that does not handle SIGTERM has no time to remove the files.
  const beforeEnd = (): Promise<void> => listener.close();
  const sessions = new AdapterSessions({ ...parts, beforeEnd });
  // What the program prints goes to the adapter that was lost, unless it has a terminal.
  const reportsConsole = !isatty(STDOUT_FD);
  const settings = { config: withResume(endpointBeside(options.config)), keyFile: undefined };
  const listener: AdapterListener = await AdapterListener.open(settings, logger, (peer) => {
    void sessions.accept(peer, { reportsConsole }).then((session) => {
      if (session !== undefined) tellWayBack(session, listener, options.reattachTimeoutMs ?? 0);
    });
  });
  return { listener, sessions };
}

/** A port where the adapter has one: a private socket cannot be had there, or was not wanted. */
function endpointBeside({ transport }: TransportConfig): TransportConfig {
  return { transport: transport === 'tcp' ? 'tcp' : 'auto', closeTimeoutMs: CLOSE_TIMEOUT_MS };
}

/** Tells the user how to attach when the adapter was lost. Editors get the configuration as data. */
function tellWayBack(session: LauncherSession, { keyFile }: AdapterListener, timeoutMs: number): void {
  const attach = configurationOf(keyFile);
  const output =
    'If the debugger is lost, the program goes on, and one that is stopped stays so for ' +
    `${timeoutMs / MS_PER_SECOND} s. Attach again with ${JSON.stringify(attach)}\n`;
  session.emit('output', { category: 'console', output, data: { attach } });
}

function configurationOf(keyFile: string): object {
  return { type: 'debug-adapter-ipc', request: 'attach', keyFile };
}

function announcement({ endpoint, keyFile }: AdapterListener, { wait }: ListenOptions): string {
  const where = formatAddress(endpoint);
  return `${wait ? 'the program waits for a debugger' : 'a debugger can attach'} at ${where}
  attach with   ${JSON.stringify(configurationOf(keyFile))}
  key file      ${keyFile}
  from another machine: ${fromElsewhere(endpoint)}`;
}

/** Says how an adapter on another machine attaches. */
function fromElsewhere(endpoint: Endpoint): string {
  if (endpoint.transport === 'pipe')
    return 'a pipe cannot be forwarded. Listen at a port for that: --listen 0';
  const forwarded = endpoint.transport === 'tcp' ? endpoint.port : 'PORT';
  const tunnel = `ssh -L ${forwarded}:${formatAddress(endpoint)} HOST`;
  return `copy the key file there, chmod 600 it, ${tunnel}, and add
                "port": ${forwarded} to the configuration`;
}
