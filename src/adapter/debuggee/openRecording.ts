import { FileProblem, toError } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { TraceTargets } from '../../trace/recording/logTrace.js';
import { privateValues } from '../../trace/recording/redaction.js';
import { TraceFile } from '../../trace/recording/traceFile.js';
import type { TraceTarget } from '../../trace/recording/traceFile.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

// Loaded once a session is recorded: an adapter starts without the code that records.

/** Opens the file that a launch names. @throws DapError if the file cannot be written */
export function openRecording(path: string): TraceFile {
  try {
    return TraceFile.open(path);
  } catch (thrown) {
    const { message } = toError(thrown);
    const reason = thrown instanceof FileProblem ? `it ${message}` : message;
    throw badLaunchArgument(`"trace": ${path} cannot be written: ${reason}`, thrown);
  }
}

/** Hides what is private in the arguments of a launch, wherever it appears later. */
export function hidePrivate(target: TraceTarget, raw: Message): void {
  target.hide(privateValues(raw));
}

/** Records in both targets. */
export function joined(first: TraceTarget | undefined, second: TraceTarget): TraceTarget {
  return first === undefined ? second : new TraceTargets([first, second]);
}
