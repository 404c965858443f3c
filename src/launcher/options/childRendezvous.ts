import { rmdirSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../commandLine/usageError.js';
import { isRecord, parseLauncherArgs } from '../../ipc/index.js';
import type { ChildRendezvous } from '../link/threadLink.js';

/**
 * Reads `--child-desk`: where the children of the program come to be debugged.
 *
 * @param text JSON, in base64url: `launcherArgs`, `keyFile` and `timeoutMs` of the desk
 * @throws UsageError
 */
export function readChildRendezvous(
  text: string | undefined,
  sessionId: string | undefined,
): ChildRendezvous | undefined {
  if (text === undefined) return undefined;
  const desk = parse(text);
  if (isRecord(desk)) {
    const { launcherArgs, keyFile, timeoutMs } = desk;
    const isList = Array.isArray(launcherArgs) && launcherArgs.every((arg) => typeof arg === 'string');
    if (isList && typeof keyFile === 'string' && typeof timeoutMs === 'number') {
      return { launcherArgs, keyFile, timeoutMs, sessionId };
    }
  }
  throw new UsageError(
    '--child-desk needs JSON in base64url, with "launcherArgs", "keyFile" and "timeoutMs"',
  );
}

/**
 * Removes what an adapter left that died without a chance to: nobody comes to its desk any more, and children find
 * that out by the key's absence.
 */
export function removeChildRendezvous({ keyFile, launcherArgs }: ChildRendezvous): void {
  const { path } = parseLauncherArgs(launcherArgs).config;
  for (const file of [keyFile, path]) {
    if (file !== undefined) removeWithDirectory(file);
  }
}

/** The directory was made for that one file; one with something else in it stays. */
function removeWithDirectory(file: string): void {
  try {
    unlinkSync(file);
    rmdirSync(dirname(file));
  } catch {
    // The adapter was faster.
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
