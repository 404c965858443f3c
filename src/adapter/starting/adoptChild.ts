import { randomUUID } from 'node:crypto';
import { claimPeer } from '../../ipc/index.js';
import type { RendezvousAddress, Message } from '../../ipc/index.js';
import { optionalObject, optionalString, stringList } from '../settings/argumentReader.js';
import { badLaunchArgument, outOfOrder } from '../dap/dapErrors.js';
import type { Debuggee } from '../debuggee/debuggee.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import { readDebugSettings } from '../settings/debugSettings.js';
import { ExternalLauncher } from '../process/externalLauncher.js';
import { readTimeouts } from '../settings/launchArguments.js';
import { launchDebuggeeBy } from './launchDebuggee.js';
import type { ProgramStart } from './programStart.js';
import { nativeProfile } from '../profiles/nativeProfile.js';
import { ChildSessions } from './childSessions.js';
import { readChildSettings } from '../settings/childSettings.js';

/** Which child a session is for, and where it waits. */
interface ChildSession extends RendezvousAddress {
  readonly id: string;
}

/** Whether the arguments of an `attach` are those of a child's session. */
export function isChildSession(raw: Message): boolean {
  return raw.childSession !== undefined;
}

/**
 * The session of a child: it was begun by a launch, though by way of `attach`, so it ends as that does. Where its
 * client or its adapter goes away, the child runs on: it is its parent's.
 */
export const adoptChild: ProgramStart = {
  ends: true,
  endsAtDisconnect: true,
  check: () =>
    Promise.reject(outOfOrder('restart', 'a child is started by its parent, whose session to restart')),
  begin: (raw, host) => takeChild(raw, host),
};

/**
 * Takes the child that the arguments name from where it waits, and waits for it to connect. It may be another
 * adapter process than that of its parent: nothing is shared but the desk's address.
 *
 * @throws DapError that says why there is nothing to debug; by then nothing that was made for it is left
 */
async function takeChild(raw: Message, host: DebuggeeHost): Promise<Debuggee> {
  const child = readChildSession(raw);
  const timeouts = readTimeouts(raw);
  const debugSettings = readDebugSettings(raw);
  const settings = { ...timeouts, ipc: {}, noDebug: false, keepRunning: true, restart: false, debugSettings };
  const children = await ChildSessions.open(readChildSettings(raw), host);
  const plan = { settings, begins: 'attach', profile: nativeProfile, children } as const;
  return launchDebuggeeBy(plan, host, async (listening, launcherEnv) => {
    const options = ['--session-id', randomUUID(), ...(children?.launcherOptions ?? [])];
    const launcherArgs = [...listening.launcherArgs, ...options];
    await claimPeer(
      child,
      child.id,
      { launcherArgs, launcherEnv },
      { timeoutMs: timeouts.launchTimeoutMs, signal: host.signal, logger: host.logger },
    );
    return new ExternalLauncher();
  });
}

function readChildSession(raw: Message): ChildSession {
  const session = optionalObject(raw, 'childSession', ['id', 'launcherArgs', 'keyFile']) ?? {};
  const id = optionalString(session, 'id', 'childSession.');
  const keyFile = optionalString(session, 'keyFile', 'childSession.');
  if (id === undefined || keyFile === undefined) {
    throw badLaunchArgument(
      '"childSession" is for sessions that a session of this adapter starts by itself.',
    );
  }
  return { id, keyFile, launcherArgs: stringList(session, 'launcherArgs', 'childSession.') };
}
