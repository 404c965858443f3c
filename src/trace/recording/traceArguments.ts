import { UsageError } from '../../commandLine/usageError.js';
import { FileProblem, toError } from '../../ipc/index.js';
import { MIN_TRACE_BYTES, TraceFile } from './traceFile.js';
import type { TraceOptions } from './traceFile.js';

/** The options of a program that can record. */
export interface TraceArguments {
  /** The file to record in. Undefined: nothing is recorded. */
  readonly trace?: string | undefined;
  /** The most bytes of that file, as a number with or without K, M or G. Default 64M. */
  readonly traceSize?: string | undefined;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/**
 * Opens the file that the command line names.
 *
 * @throws UsageError for a bad size, and for a file that cannot be written
 */
export function openTrace(given: TraceArguments, options: TraceOptions = {}): TraceFile | undefined {
  const { trace, traceSize } = given;
  const maxBytes = traceSize === undefined ? undefined : readSize(traceSize);
  if (trace === undefined) {
    if (maxBytes !== undefined) throw new UsageError('--trace-size goes with --trace');
    return undefined;
  }
  try {
    return TraceFile.open(trace, { ...options, maxBytes });
  } catch (cause) {
    const { message } = toError(cause);
    const reason = cause instanceof FileProblem ? `it ${message}` : message;
    throw new UsageError(`--trace ${trace} cannot be written: ${reason}`, { cause });
  }
}

function readSize(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([KMG]?)$/i.exec(text) ?? [];
  const bytes = digits === '' ? Number.NaN : Number(digits) * (UNITS[unit.toUpperCase()] ?? 1);
  if (bytes >= MIN_TRACE_BYTES) return bytes;
  throw new UsageError(`--trace-size ${text}: give a number of bytes from 64K up, such as 10M`);
}
