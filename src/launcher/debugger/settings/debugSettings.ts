/** The debug settings from the adapter's `launch` command. */
export interface DebugSettings {
  /** Glob patterns of scripts that stepping skips. */
  readonly skipFiles: readonly string[];
  /** True to show scripts as the sources that their source maps name. */
  readonly sourceMaps: boolean;
  /** True to continue a step that ends in code without a source in the source map. */
  readonly smartStep: boolean;
  /** Replacements for source paths in source maps: patterns with `*`, and the paths that replace them. */
  readonly sourceMapPathOverrides: Readonly<Record<string, string>>;
  /**
   * Glob patterns of compiled scripts whose source maps are read before the scripts run. A pattern after `!`
   * excludes scripts.
   */
  readonly outFiles: readonly string[];
  /**
   * Glob patterns of scripts whose source maps are used. A pattern after `!` excludes scripts. Empty: all scripts.
   */
  readonly resolveSourceMapLocations: readonly string[];
  /** True to show variables by the names of their source, if a source map has them. */
  readonly sourceMapRenames: boolean;
  /** True to include the asynchronous calls that led to the current call in stacks. */
  readonly showAsyncStacks: boolean;
  /** True if the adapter requests the details of console calls (values and source locations). */
  readonly describeOutput: boolean;
  /** True to report the console calls themselves, because the adapter does not get the program's output. */
  readonly reportConsole: boolean;
  /** True if the client shows codes for terminals, into which the styles of `%c` are translated. */
  readonly ansiStyles: boolean;
  /** Code that describes objects: see customViews.ts. */
  readonly customDescriptionGenerator: string | undefined;
  /** Code that gives the properties of objects to show. */
  readonly customPropertiesGenerator: string | undefined;
  /** True to record a CPU profile from `configurationDone` to the end of the session. */
  readonly profileStartup: boolean;
}

export const DEFAULT_SETTINGS: DebugSettings = {
  skipFiles: [],
  sourceMaps: true,
  smartStep: true,
  sourceMapPathOverrides: {},
  outFiles: [],
  resolveSourceMapLocations: [],
  sourceMapRenames: true,
  showAsyncStacks: true,
  describeOutput: false,
  reportConsole: false,
  ansiStyles: false,
  customDescriptionGenerator: undefined,
  customPropertiesGenerator: undefined,
  profileStartup: false,
};
