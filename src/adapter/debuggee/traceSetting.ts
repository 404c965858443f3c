import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { badLaunchArgument } from '../dap/dapErrors.js';
import { optionalString } from '../settings/argumentReader.js';

/**
 * Reads `trace`: true for a new file in the directory for temporary files, or the path of a file. An object is js-debug's
 * form, whose `logFile` is the path.
 *
 * @returns the absolute path. Undefined: the session is not recorded
 * @throws DapError for a value of another kind
 */
export function readTrace(raw: Message): string | undefined {
  const { trace } = raw;
  if (trace === undefined || trace === null || trace === false) return undefined;
  if (trace === true) return newFile();
  if (isRecord(trace)) return readTrace({ ...raw, trace: trace.logFile ?? true });
  if (typeof trace !== 'string') {
    throw badLaunchArgument('"trace" is true, false or the path of a file.');
  }
  const { cwd } = raw;
  return resolve(typeof cwd === 'string' ? cwd : '', optionalString(raw, 'trace') ?? '');
}

function newFile(): string {
  const name = `debug-adapter-ipc-${process.pid}-${randomBytes(4).toString('hex')}.trace.jsonl`;
  return join(tmpdir(), name);
}
