import type { Message } from '../core/messages.js';
import { isRecord } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { isListOf } from '../authentication/negotiation.js';

/**
 * The data by which a waiting process connects to the process that claims it, as if started by that process.
 */
export interface Claim {
  /** The arguments from `createListener` of the claiming process, and other arguments after them. */
  readonly launcherArgs: readonly string[];
  /** The variables from `launcherEnv` of the claiming process. */
  readonly launcherEnv: Readonly<Record<string, string>>;
}

/** Event to the rendezvous: the first message of a process that waits. Body: its description of itself. */
export const HELLO_EVENT = 'hello';
/** Command to a waiting process: the process was claimed. Arguments: a {@link Claim}. */
export const CONNECT_COMMAND = 'connect';
/** Command to a waiting process: the process was released. Arguments: `reason`. */
export const RELEASE_COMMAND = 'release';
/**
 * Command to the rendezvous from a claiming process. Arguments: `child`, the id of a waiting process, and a
 * {@link Claim}.
 */
export const CLAIM_COMMAND = 'adopt';

/** Reads a claim from the wire. @throws IpcError `ERR_IPC_BAD_MESSAGE` */
export function readClaim({ launcherArgs, launcherEnv }: Message): Claim {
  if (
    isListOf(launcherArgs, 'string') &&
    isRecord(launcherEnv) &&
    isListOf(Object.values(launcherEnv), 'string')
  ) {
    return { launcherArgs, launcherEnv: launcherEnv as Record<string, string> };
  }
  throw new IpcError(
    'ERR_IPC_BAD_MESSAGE',
    'a claim has "launcherArgs", a list of strings, and "launcherEnv", an object of strings',
  );
}
