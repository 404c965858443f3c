/** How the program is to be debugged, as the adapter's `launch` says. */
export interface DebugSettings {
  /** Glob patterns of the scripts that are not stopped in by stepping. */
  readonly skipFiles: readonly string[];
  /** Whether scripts are shown as the sources that their source maps name. */
  readonly sourceMaps: boolean;
  /** Whether a step that ends where a source map knows no source goes on. */
  readonly smartStep: boolean;
  /** Where the sources are that source maps name otherwise: patterns with `*`, and what they become. */
  readonly sourceMapPathOverrides: Readonly<Record<string, string>>;
  /** Glob patterns, `!` before those to leave out, of compiled scripts whose maps are looked up before they run. */
  readonly outFiles: readonly string[];
  /** Whether stacks go on with the calls that led here by way of the event loop. */
  readonly showAsyncStacks: boolean;
  /** Whether the adapter asks what the program's console calls have to tell beside their text. */
  readonly describeOutput: boolean;
}

export const DEFAULT_SETTINGS: DebugSettings = {
  skipFiles: [],
  sourceMaps: true,
  smartStep: true,
  sourceMapPathOverrides: {},
  outFiles: [],
  showAsyncStacks: true,
  describeOutput: false,
};
