import { basename } from 'node:path';
import { waitAtRendezvous } from '../../ipc/index.js';
import type { ChildOrigin } from '../link/threadLink.js';
import { readLauncherOptions } from '../options/launcherOptions.js';
import type { LauncherOptions } from '../options/launcherOptions.js';

/** How much longer than the desk a child waits, in milliseconds: the desk says why, which silence does not. */
const DESK_DELAY_MS = 2_000;
/** A desk is on this machine, and there: what cannot be reached at once has gone. In milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** What node runs where it runs no file. */
const CODE_NAME = '[eval]';

/**
 * Waits until somebody wants to debug this child.
 *
 * @returns what the launcher's command line would have said, had they started it
 * @throws IpcError when nobody does; UsageError for arguments that they did not mean
 */
export async function waitForClaim(child: ChildOrigin): Promise<LauncherOptions> {
  const { launcherArgs, launcherEnv } = await waitAtRendezvous(child.desk, helloOf(child), {
    timeoutMs: child.desk.timeoutMs + DESK_DELAY_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  });
  Object.assign(process.env, launcherEnv);
  const { program } = child;
  const target = program === undefined ? ['--code='] : [`--program=${program}`];
  const options = readLauncherOptions([...launcherArgs, ...target]);
  if ('help' in options) throw new Error('the adopter asked for the help text');
  // The program has a life of its own: it is not the debugger's to end.
  return { ...options, keepRunning: true };
}

function helloOf({ desk, parentPid, program }: ChildOrigin): Record<string, unknown> {
  return {
    ...(desk.sessionId !== undefined && { sessionId: desk.sessionId }),
    parentPid,
    pid: process.pid,
    title: program === undefined ? CODE_NAME : basename(program),
    ...(program !== undefined && { program }),
  };
}
