import { existsSync } from 'node:fs';
import { UsageError } from '../../commandLine/usageError.js';
import { FileProblem, isRecord, toError } from '../../ipc/index.js';
import { TRACE_MARK, TRACE_VERSION } from '../format/traceFormat.js';
import type { TraceEntry } from '../format/traceFormat.js';
import { fileLines } from './fileLines.js';
import { readForeign } from './foreignLogs.js';

/** The lines of a file that are looked at to find out what it is. */
const HEAD_LINES = 2_000;

/**
 * The entries of a trace, the older half first, or of a log of another program.
 *
 * @throws UsageError for a file that cannot be read, that is of a newer version, or in which no message is found
 */
export function* readTrace(path: string): Generator<TraceEntry> {
  const older = `${path}.1`;
  try {
    if (!isTrace(path)) {
      yield* readForeign(path);
      return;
    }
    if (existsSync(older) && isTrace(older)) yield* ownEntries(older);
    yield* ownEntries(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { message } = toError(error);
    throw new UsageError(error instanceof FileProblem ? `${path} ${message}` : message, { cause: error });
  }
}

/** Reads one line of a trace. Undefined for a header, and for what is no entry. @throws UsageError for a newer version */
export function readLine(line: string): TraceEntry | undefined {
  const value = parse(line);
  if (value === undefined) return undefined;
  if ('trace' in value) {
    requireVersion(value.version);
    return undefined;
  }
  return isEntry(value) ? value : undefined;
}

/** True for a file that begins as a trace does, or whose beginning was cut off. */
function isTrace(path: string): boolean {
  let lines = 0;
  for (const line of fileLines(path)) {
    if (line.startsWith(TRACE_MARK) || readLine(line) !== undefined) return true;
    if (++lines > HEAD_LINES) return false;
  }
  return false;
}

function* ownEntries(path: string): Generator<TraceEntry> {
  for (const line of fileLines(path)) {
    const entry = readLine(line);
    if (entry !== undefined) yield entry;
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: object): value is TraceEntry {
  const { mono, time, session, side, link, kind, message, note } = value as Partial<
    Record<keyof TraceEntry, unknown>
  >;
  const hasNames = [session, side, link, kind].every((name) => typeof name === 'string');
  return (
    hasNames && typeof mono === 'number' && typeof time === 'number' && (isRecord(message) || isRecord(note))
  );
}

function requireVersion(version: unknown): void {
  if (typeof version === 'number' && version <= TRACE_VERSION) return;
  throw new UsageError(
    `the trace has version ${String(version)}, and this program reads versions up to ${TRACE_VERSION}: update it`,
  );
}
