/** How the program is to be debugged, as the adapter's `launch` says. */
export interface DebugSettings {
  /** Glob patterns of the scripts that are not stopped in by stepping. */
  readonly skipFiles: readonly string[];
}

export const DEFAULT_SETTINGS: DebugSettings = { skipFiles: [] };
