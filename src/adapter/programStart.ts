import type { Message } from '../ipc/index.js';
import { readAttachArguments } from './attachArguments.js';
import { attachDebuggee } from './attachDebuggee.js';
import type { Debuggee } from './debuggee.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { readLaunchArguments } from './launchArguments.js';
import { launchDebuggee } from './launchDebuggee.js';

/** A way to get a program to debug. */
interface ProgramStart {
  /** Whether a restart ends the program that there is. */
  readonly ends: boolean;
  /** Whether `disconnect` ends it where it does not say; undefined: as the arguments have it. */
  readonly endsAtDisconnect?: boolean;
  /** @throws DapError for arguments that are wrong */
  check(raw: Message): Promise<unknown>;
  /** @throws DapError */
  begin(raw: Message, host: DebuggeeHost): Promise<Debuggee>;
}

const launchProgram: ProgramStart = {
  ends: true,
  check: readLaunchArguments,
  begin: async (raw, host) => launchDebuggee(await readLaunchArguments(raw), host),
};

const attachToProgram: ProgramStart = {
  ends: false,
  check: (raw) => Promise.resolve().then(() => readAttachArguments(raw)),
  begin: async (raw, host) => attachDebuggee(readAttachArguments(raw), host),
};

export { attachToProgram, launchProgram };
export type { ProgramStart };
