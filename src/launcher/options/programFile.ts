import { statSync } from 'node:fs';
import { UsageError } from '../../commandLine/usageError.js';
import { unusualKind } from '../../ipc/index.js';
import { resolveProgram } from '../debugger/sources/scriptUrls.js';
import type { Target } from './launcherOptions.js';

/**
 * Refuses a program that is not a regular file: reading a named pipe or a device could block for ever. A program that
 * is missing is left to node, which reports it.
 *
 * @throws UsageError
 */
export function requireProgramFile(target: Target): void {
  if (target.kind !== 'program') return;
  const program = resolveProgram(target.program);
  const kind = kindAt(program);
  if (kind === undefined) return;
  throw new UsageError(`--program ${program} is ${kind}: give a regular file`);
}

function kindAt(path: string): string | undefined {
  try {
    const kind = unusualKind(statSync(path, { bigint: true }));
    // Node reports a directory without a program in it.
    return kind === 'a directory' ? undefined : kind;
  } catch {
    return undefined;
  }
}
