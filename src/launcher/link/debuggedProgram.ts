import type { InspectorAccess } from '../debugger/programDebugger.js';
import type { ScriptFilter } from '../debugger/sources/sourceLocations.js';
import type { MainThreadNotice, RecordRing } from './threadLink.js';

/** A notice of a program: its end has no exit code if nobody could tell it. */
export type ProgramNotice =
  | Exclude<MainThreadNotice, { readonly kind: 'exit' }>
  | { readonly kind: 'exit'; readonly exitCode: number | undefined };

/** Does the work that the program waits for. It must settle within a limited time. */
export type NoticeHandler = (notice: ProgramNotice) => Promise<void>;

/** The means by which the end of a program is requested. */
export interface ProgramEnding {
  /** True once the end of the program has been requested. */
  readonly isRequested: boolean;
  /** Requests the end of the program by SIGTERM, which the program may handle. */
  request(): void;
  /** Requests the end of the program, unless that was done before, and forces it after a grace. */
  enforce(): void;
  /** Ends a program at once that has not started and does not react. Does nothing to a program of another process. */
  kill(): void;
}

/** The program that a session debugs: the one of this process, or one that is reached by its inspector. */
export interface DebuggedProgram {
  /** The name for the user, and the process id, if it is known. */
  readonly identity: { readonly name: string; readonly pid: number | undefined };
  /** True if neither the launcher nor the adapter may end the program when debugging fails. */
  readonly isChild: boolean;
  readonly isStarted: boolean;
  /** Records of the program's console calls. Undefined without records: the inspector then reports the calls. */
  readonly callRecords: RecordRing | undefined;
  readonly termination: ProgramEnding;
  /** Opens the way to the program's inspector. */
  openInspector(): InspectorAccess;
  /** Starts the program. Further calls do nothing. */
  start(options?: { readonly describeOutput: boolean }): void;
  /** Gives up the start of a program that has not started. */
  cancelStart(): void;
  /** Adds a handler for notices. @returns a function that removes the handler */
  onNotice(handler: NoticeHandler): () => void;
  /** Selects the scripts with source maps that the program announces before they run, from now on. */
  setScriptFilter(filter: ScriptFilter): void;
  /** Selects if the program announces scripts with a `debugger` statement before they run, from now on. */
  setStatementsMatter(matter: boolean): void;
}
