import type { Message } from '../../ipc/index.js';
import { readAttachArguments } from '../settings/attachArguments.js';
import { attachDebuggee } from './attachDebuggee.js';
import type { Debuggee } from '../debuggee/debuggee.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import { readLaunchArguments } from '../settings/launchArguments.js';
import { launchDebuggee } from './launchDebuggee.js';

/** A way to get a program to debug. */
export interface ProgramStart {
  /** Whether a restart ends the program that there is. */
  readonly ends: boolean;
  /** Whether `disconnect` ends it where it does not say; undefined: as the arguments have it. */
  readonly endsAtDisconnect?: boolean;
  /** @throws DapError for arguments that are wrong */
  check(raw: Message): Promise<unknown>;
  /** @throws DapError */
  begin(raw: Message, host: DebuggeeHost): Promise<Debuggee>;
}

export const launchProgram: ProgramStart = {
  ends: true,
  check: readLaunchArguments,
  begin: async (raw, host) => launchDebuggee(await readLaunchArguments(raw), host),
};

export const attachToProgram: ProgramStart = {
  ends: false,
  check: (raw) => Promise.resolve().then(() => readAttachArguments(raw)),
  begin: async (raw, host) => attachDebuggee(readAttachArguments(raw), host),
};
