import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../commandLine/usageError.js';
import { identityAt, isRecord, parseLauncherArgs, removeIfSame } from '../../ipc/index.js';
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
 * Records which files a rendezvous has, for the case that its adapter dies without removing them. A missing key file
 * shows children that the rendezvous is closed.
 *
 * @returns removes those files, each with its directory if that is then empty. A file that has replaced one stays
 */
export function rendezvousRemover({ keyFile, launcherArgs }: ChildRendezvous): () => void {
  const { path } = parseLauncherArgs(launcherArgs).config;
  const files = [keyFile, path].flatMap((file) => {
    const identity = file === undefined ? undefined : identityAt(file);
    return file === undefined || identity === undefined ? [] : [{ file, identity }];
  });
  return () => {
    for (const { file, identity } of files) if (removeIfSame(file, identity)) removeIfEmpty(dirname(file));
  };
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // There are other files in it.
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
