import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TraceEntry } from '../../src/trace/format/traceFormat.js';

/** The path of a trace in a new directory, which is removed with the test. */
export function newTracePath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'trace-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return join(directory, 'trace.jsonl');
}

/** The lines of a trace, as JSON. */
export function linesOf(path: string): Readonly<Record<string, unknown>>[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The entries of a trace, without its headers. */
export function entriesOf(path: string): TraceEntry[] {
  return linesOf(path).filter((line) => !('trace' in line)) as unknown as TraceEntry[];
}

/** What each entry is, in one word or two: `received launch`, `sent response 2`, `state open`. */
export function shortly({ kind, direction, name, of, note }: TraceEntry): string {
  if (direction === undefined) return typeof note?.state === 'string' ? `${kind} ${note.state}` : kind;
  return `${direction} ${kind === 'response' ? `response ${of}` : name}`;
}
