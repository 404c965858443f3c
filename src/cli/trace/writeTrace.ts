import { closeSync, openSync, rmSync } from 'node:fs';
import { UsageError } from '../../commandLine/usageError.js';
import { toError } from '../../ipc/index.js';
import { traceHeader } from '../../trace/format/traceHeader.js';
import { writeAll } from '../../trace/recording/traceFile.js';
import type { TraceEntry } from '../../trace/format/traceFormat.js';

const OWNER_ONLY = 0o600;
const BATCH_CHARACTERS = 256 * 1024;

/** Writes a new trace, for this user alone. @throws UsageError if there is a file already, or it cannot be written */
export function writeTrace(path: string, entries: Iterable<TraceEntry>): void {
  writeNew(path, lines(entries));
}

/** Writes a new file of texts, for this user alone. @throws UsageError as {@link writeTrace} */
export function writeNew(path: string, texts: Iterable<string>): void {
  let file: number;
  try {
    file = openSync(path, 'wx', OWNER_ONLY);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${toError(error).message}`, { cause: error });
  }
  try {
    let batch = '';
    for (const text of texts) {
      batch += text;
      if (batch.length < BATCH_CHARACTERS) continue;
      writeAll(file, Buffer.from(batch));
      batch = '';
    }
    writeAll(file, Buffer.from(batch));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function* lines(entries: Iterable<TraceEntry>): Generator<string> {
  yield `${JSON.stringify(traceHeader(true))}\n`;
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}
