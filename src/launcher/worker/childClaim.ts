import { basename } from 'node:path';
import { IpcError, isLocalHost, waitAtRendezvous } from '../../ipc/index.js';
import type { ChildOrigin } from '../link/threadLink.js';
import { readLauncherOptions } from '../options/launcherOptions.js';
import type { LauncherOptions } from '../options/launcherOptions.js';

/**
 * Time that a child waits longer than the rendezvous, in milliseconds, so that the rendezvous can send the
 * reason.
 */
const RENDEZVOUS_MARGIN_MS = 2_000;
/**
 * Longest time to connect, in milliseconds. A rendezvous is on this machine and listens already: if it cannot
 * be reached at once, it is gone.
 */
const CONNECT_TIMEOUT_MS = 5_000;
/** Name that node gives to a program that is not a file. */
const CODE_NAME = '[eval]';

/**
 * Waits until a debugger claims this child.
 *
 * @returns the options that the launcher's command line would have had, if the debugger had started this
 * process
 * @throws IpcError when no debugger claims the child, or one of another machine does; UsageError for invalid arguments
 */
export async function waitForClaim(child: ChildOrigin): Promise<LauncherOptions> {
  const { launcherArgs, launcherEnv } = await waitAtRendezvous(child.rendezvous, helloOf(child), {
    timeoutMs: child.rendezvous.timeoutMs + RENDEZVOUS_MARGIN_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  });
  Object.assign(process.env, launcherEnv);
  const { program } = child;
  const target = program === undefined ? ['--code='] : [`--program=${program}`];
  const options = readLauncherOptions([...launcherArgs, ...target]);
  if ('help' in options) throw new Error('the claiming adapter asked for the help text');
  const { host } = options.config;
  if (host !== undefined && !isLocalHost(host)) {
    throw new IpcError('ERR_IPC_NON_LOOPBACK', `the claiming adapter is not on this machine, but at ${host}`);
  }
  // The program was not started by the debugger, so the debugger must not end it.
  return { ...options, keepRunning: true };
}

function helloOf({ rendezvous, parentPid, program }: ChildOrigin): Record<string, unknown> {
  return {
    ...(rendezvous.sessionId !== undefined && { sessionId: rendezvous.sessionId }),
    parentPid,
    pid: process.pid,
    title: program === undefined ? CODE_NAME : basename(program),
    ...(program !== undefined && { program }),
  };
}
