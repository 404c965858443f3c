import { randomUUID } from 'node:crypto';
import { hasProcessTable } from '../../processes/listing/processTable.js';

/** The variable that a launcher passes on to everything that its program starts. */
const MARKER_VARIABLE = 'DEBUG_ADAPTER_IPC_SESSION';

/** The mark by which the processes of one launch are recognized in their environments. */
export interface SessionMarker {
  /** The variables to add to the launcher's environment. Empty where environments cannot be read. */
  readonly env: Readonly<Record<string, string>>;
  /** The text in the environment of each process. */
  readonly text: string;
}

/** Makes the marker of a launch. It is no secret: it only says which launch a process comes from. */
export function newSessionMarker(): SessionMarker {
  const text = randomUUID();
  return { env: hasProcessTable ? { [MARKER_VARIABLE]: text } : {}, text };
}
