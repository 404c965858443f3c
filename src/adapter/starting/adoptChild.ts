import { randomUUID } from 'node:crypto';
import { claimPeer } from '../../ipc/index.js';
import type { Message, RendezvousAddress } from '../../ipc/index.js';
import { badLaunchArgument, outOfOrder } from '../dap/dapErrors.js';
import { ForwardedOutput } from '../childOutput/forwardedOutput.js';
import type { Debuggee } from '../debuggee/debuggee.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { ExternalLauncher } from '../process/externalLauncher.js';
import { startedWith } from '../process/peerProof.js';
import { nativeProfile } from '../profiles/nativeProfile.js';
import { flag, optionalObject, optionalString, stringList } from '../settings/argumentReader.js';
import { CHILDREN_BY_EVENT, readChildSettings } from '../settings/childSettings.js';
import { readDebugSettings } from '../settings/debugSettings.js';
import { readTimeouts } from '../settings/launchArguments.js';
import { ChildSessions } from './childSessions.js';
import { launchDebuggeeBy } from './launchDebuggee.js';
import type { ProgramStart } from './programStart.js';

const FIELDS = ['id', 'launcherArgs', 'keyFile', 'describesOutput'];

/** The child process of a session, and the rendezvous where it waits. */
interface ChildSession extends RendezvousAddress {
  readonly id: string;
  /** True if the rendezvous is that of an adapter, which may show the child's output. */
  readonly describesOutput: boolean;
}

/** True if the arguments of an `attach` name a child process. */
export function isChildSession(raw: Message): boolean {
  return raw.childSession !== undefined;
}

/**
 * Starts the session of a child process. Its request is `attach`, but a launch began the program, so the session
 * ends as a launched one does. The child belongs to its parent and runs on when the client or adapter goes away.
 */
export const adoptChild: ProgramStart = {
  endsProgram: true,
  endsAtDisconnect: true,
  check: () =>
    Promise.reject(outOfOrder('restart', 'a child is started by its parent, whose session to restart')),
  start: claimChild,
};

/**
 * Claims the child that the arguments name, and waits until it has connected. The parent's session may be in another
 * adapter process: the two share only the address of the rendezvous.
 *
 * @throws DapError with the reason; by then nothing that the claim made is left
 */
async function claimChild(raw: Message, services: SessionServices): Promise<Debuggee> {
  const child = readChildSession(raw);
  const timeouts = readTimeouts(raw);
  const debugSettings = readDebugSettings(raw);
  const settings = { ...timeouts, ipc: {}, noDebug: false, keepRunning: true, debugSettings };
  const { describesOutput } = child;
  const childSettings = readChildSettings(raw);
  const children = await ChildSessions.open(childSettings && { ...childSettings, describesOutput }, services);
  const output = new ForwardedOutput();
  // The output of a program of a terminal is there alone.
  const reportsConsole = !describesOutput;
  const sharesConsole = describesOutput && raw[CHILDREN_BY_EVENT] === true;
  const started = { startCommand: 'attach', profile: nativeProfile, reportsConsole, sharesConsole } as const;
  const plan = { settings, children, output, ...started };
  const claim: Parameters<typeof launchDebuggeeBy>[2] = async (listening, launcherEnv) => {
    const entry = flag(raw, 'stopOnEntry') ? ['--stop-on-entry'] : [];
    const options = ['--session-id', randomUUID(), ...entry, ...(children?.launcherOptions ?? [])];
    const launcherArgs = [...listening.launcherArgs, ...options];
    const { signal, logger } = services;
    const claiming = { timeoutMs: timeouts.launchTimeoutMs, signal, logger };
    await Promise.all([
      claimPeer(child, child.id, { launcherArgs, launcherEnv }, claiming),
      describesOutput && debugSettings.describeOutput !== false && output.connect(child, child.id, services),
    ]);
    // The child was started with the name of this file, and ends by itself: what it started is its parent's.
    const proof = startedWith(Buffer.from(child.keyFile).toString('base64url'));
    return new ExternalLauncher({ proof, withChildren: false });
  };
  try {
    const debuggee = await launchDebuggeeBy(plan, services, claim);
    output.serveVariables((args) => debuggee.request('variables', args));
    return debuggee;
  } catch (error) {
    output.discard();
    throw error;
  }
}

function readChildSession(raw: Message): ChildSession {
  const session = optionalObject(raw, 'childSession', FIELDS) ?? {};
  const id = optionalString(session, 'id', 'childSession.');
  const keyFile = optionalString(session, 'keyFile', 'childSession.');
  if (id === undefined || keyFile === undefined) {
    throw badLaunchArgument(
      '"childSession" is for sessions that a session of this adapter starts by itself.',
    );
  }
  const launcherArgs = stringList(session, 'launcherArgs', 'childSession.');
  return { id, keyFile, launcherArgs, describesOutput: flag(session, 'describesOutput') };
}
