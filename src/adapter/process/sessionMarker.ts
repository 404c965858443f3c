import { randomUUID } from 'node:crypto';
import { hasProcFiles } from '../../processes/procFiles.js';

/** The variable that a launcher passes on to everything that its program starts. */
const MARKER_VARIABLE = 'DEBUG_ADAPTER_IPC_SESSION';

/** The mark by which the processes of one launch are recognized in /proc/PID/environ. */
export interface SessionMarker {
  /** The variables to add to the launcher's environment. Empty where environments cannot be read. */
  readonly env: Readonly<Record<string, string>>;
  /** The text in the environment of each process. */
  readonly text: string;
}

/** Makes the marker of a launch. It is no secret: it only says which launch a process comes from. */
export function newSessionMarker(): SessionMarker {
  const text = randomUUID();
  return { env: hasProcFiles ? { [MARKER_VARIABLE]: text } : {}, text };
}
