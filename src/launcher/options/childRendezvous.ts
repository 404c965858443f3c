import { rmdirSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../commandLine/usageError.js';
import { isRecord, parseLauncherArgs } from '../../ipc/index.js';
import type { ChildRendezvous } from '../link/threadLink.js';

/**
 * Reads `--child-rendezvous`, the address to which the program's children come to be debugged.
 *
 * @param text JSON, in base64url: `launcherArgs`, `keyFile` and `timeoutMs` of the rendezvous
 * @throws UsageError
 */
export function readChildRendezvous(
  text: string | undefined,
  sessionId: string | undefined,
): ChildRendezvous | undefined {
  if (text === undefined) return undefined;
  const rendezvous = parse(text);
  if (isRecord(rendezvous)) {
    const { launcherArgs, keyFile, timeoutMs } = rendezvous;
    const isList = Array.isArray(launcherArgs) && launcherArgs.every((arg) => typeof arg === 'string');
    if (isList && typeof keyFile === 'string' && typeof timeoutMs === 'number') {
      return { launcherArgs, keyFile, timeoutMs, sessionId };
    }
  }
  throw new UsageError(
    '--child-rendezvous needs JSON in base64url, with "launcherArgs", "keyFile" and "timeoutMs"',
  );
}

/**
 * Removes the files of a rendezvous whose adapter has died without doing so. A missing key file shows
 * children that the rendezvous is closed.
 */
export function removeChildRendezvous({ keyFile, launcherArgs }: ChildRendezvous): void {
  const { path } = parseLauncherArgs(launcherArgs).config;
  for (const file of [keyFile, path]) {
    if (file !== undefined) removeWithDirectory(file);
  }
}

/** Removes a file, and its directory if that is now empty. */
function removeWithDirectory(file: string): void {
  try {
    unlinkSync(file);
    rmdirSync(dirname(file));
  } catch {
    // The adapter has removed it already.
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
