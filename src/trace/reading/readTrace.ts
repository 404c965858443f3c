import { existsSync } from 'node:fs';
import { UsageError } from '../../commandLine/usageError.js';
import { FileProblem, isRecord, toError } from '../../ipc/index.js';
import { olderPart } from '../format/olderPart.js';
import { TRACE_MARK, TRACE_VERSION } from '../format/traceFormat.js';
import type { TraceEntry } from '../format/traceFormat.js';
import { fileLines } from './fileLines.js';
import { readForeign } from './foreignLogs.js';

/** The lines of a file that are looked at to find out what it is. */
const HEAD_LINES = 2_000;

/** An entry, and its text in the trace. */
export interface TraceLine {
  readonly entry: TraceEntry;
  /** Undefined: it is of a log of another program. */
  readonly text?: string;
}

/**
 * The entries of a trace, the older half first, or of a log of another program.
 *
 * @throws UsageError for a file that cannot be read, that is of a newer version, or in which no message is found
 */
export function* readTrace(path: string): Generator<TraceEntry> {
  for (const { entry } of readTraceLines(path)) yield entry;
}

/** The entries as `readTrace` gives them, with their texts. @throws UsageError as `readTrace` */
export function* readTraceLines(path: string): Generator<TraceLine> {
  try {
    const parts = traceParts(path);
    for (const part of parts) yield* ownLines(part);
    if (parts.length === 0) for (const entry of readForeign(path)) yield { entry };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { message } = toError(error);
    throw new UsageError(error instanceof FileProblem ? `${path} ${message}` : message, { cause: error });
  }
}

/** The files of a trace, the older half first. Empty: the file is no trace. @throws as opening and reading the file does */
function traceParts(path: string): string[] {
  if (!isTrace(path)) return [];
  const older = olderPart(path);
  return existsSync(older) && isTrace(older) ? [older, path] : [path];
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

function* ownLines(path: string): Generator<TraceLine> {
  for (const text of fileLines(path)) {
    const entry = readLine(text);
    if (entry !== undefined) yield { entry, text };
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
