import { existsSync } from 'node:fs';
import { UsageError } from '../../commandLine/usageError.js';
import { privateValues, Redaction, secretValues } from '../../trace/recording/redaction.js';
import { StandIns } from '../../trace/recording/standIns.js';
import type { StandInOptions } from '../../trace/recording/standIns.js';
import { readTrace } from '../../trace/reading/readTrace.js';
import { writeTrace } from './writeTrace.js';
import type { TraceEntry } from '../../trace/format/traceFormat.js';

/**
 * Writes a copy of a trace, or of another program's log, without what is private.
 *
 * @throws UsageError as `readTrace`, and if there is a file at `output`
 */
export function redactTrace(path: string, output: string, options: StandInOptions): void {
  if (existsSync(output)) throw new UsageError(`there is a file at ${output} already: choose another name`);
  const redaction = new Redaction(secretValues(process.env));
  const standIns = new StandIns(options);
  // What a launch says is private is looked for in all entries, those before it too.
  for (const { kind, message } of readTrace(path))
    if (kind === 'request') redaction.hide(privateValues(message));
  writeTrace(output, redacted(readTrace(path), redaction, standIns));
}

function* redacted(
  entries: Iterable<TraceEntry>,
  redaction: Redaction,
  standIns: StandIns,
): Generator<TraceEntry> {
  for (const entry of entries) {
    const { message, note, ...facts } = entry;
    const { json, cut } = redaction.redact(message ?? note, JSON.stringify(message ?? note));
    const clean = JSON.parse(json) as Readonly<Record<string, unknown>>;
    if (note !== undefined) yield { ...facts, note: standIns.note(clean) };
    else yield { ...facts, ...(cut && { cut }), message: standIns.message(clean) };
  }
}
