import type { Message } from '../core/messages.js';
import { isRecord } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { isListOf } from '../authentication/negotiation.js';

/** How a process that waits at a desk gets to the one that wants it: as if it had been started by it. */
export interface Claim {
  /** What `createListener` of the adopter gave, and other arguments behind it. */
  readonly launcherArgs: readonly string[];
  /** What its `launcherEnv` gave. */
  readonly launcherEnv: Readonly<Record<string, string>>;
}

/** What the connector is to be told first: who it is, and that it waits. */
export const HELLO_EVENT = 'hello';
/** Rendezvous to one that waits: somebody wants it. Arguments: an {@link Claim}. */
export const CONNECT_COMMAND = 'connect';
/** Rendezvous to one that waits: nobody wants it. Arguments: `reason`. */
export const RELEASE_COMMAND = 'release';
/** Adopter to desk. Arguments: `child`, the id of one that waits, and an {@link Claim}. */
export const CLAIM_COMMAND = 'adopt';

/** An adoption as it came over the wire. @throws IpcError `ERR_IPC_BAD_MESSAGE` */
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
    'an adoption has "launcherArgs", a list of strings, and "launcherEnv", an object of strings',
  );
}
