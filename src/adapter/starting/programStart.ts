import type { Message } from '../../ipc/index.js';
import type { Debuggee } from '../debuggee/debuggee.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { profileOf } from '../profiles/profiles.js';
import { readAttachArguments } from '../settings/attachArguments.js';
import type { AttachArguments } from '../settings/attachArguments.js';
import { readLaunchArguments } from '../settings/launchArguments.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import { attachDebuggee, requireAttachable } from './attachDebuggee.js';
import { nameUnsupported } from './unsupportedSettings.js';
import { launchDebuggee } from './launchDebuggee.js';

/** One way to start the debuggee of a session. */
export interface ProgramStart {
  /** True if a restart ends the program. */
  readonly endsProgram: boolean;
  /** True if `disconnect` without `terminateDebuggee` ends the program. Default: the arguments decide. */
  readonly endsAtDisconnect?: boolean;
  /** @throws DapError for invalid arguments */
  check(raw: Message): Promise<unknown>;
  /** Starts the debuggee. @throws DapError */
  start(raw: Message, services: SessionServices): Promise<Debuggee>;
}

/** Starts a program under a launcher. */
export const launchProgram: ProgramStart = {
  endsProgram: true,
  check: readLaunch,
  start: async (raw, services) => {
    const launch = await readLaunch(raw);
    nameUnsupported(raw, 'launch', services);
    return launchDebuggee(launch, services);
  },
};

/** Attaches to a launcher that listens. */
export const attachToProgram: ProgramStart = {
  endsProgram: false,
  check: readAttach,
  start: async (raw, services) => attachDebuggee(await readAttach(raw), services),
};

/**
 * Reads the arguments of a `launch`, completed for the launcher that they name.
 *
 * @throws DapError as `readLaunchArguments`, and for arguments that the launcher's profile excludes
 */
export async function readLaunch(raw: Message): Promise<LaunchArguments> {
  const launch = await readLaunchArguments(raw);
  return profileOf(launch).completeLaunch(launch);
}

async function readAttach(raw: Message): Promise<AttachArguments> {
  requireAttachable(raw);
  return readAttachArguments(raw);
}
