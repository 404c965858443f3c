import { DISK_FILES } from '../../../paths/diskFiles.js';

/** A script as V8 reports it. */
export interface Script {
  readonly scriptId: string;
  /**
   * A URL, a path, or any other name. Empty for a script without a name, such as `new Function(...)`.
   */
  readonly url: string;
  /** The value of the `//# sourceMappingURL=` comment; empty without that comment. */
  readonly sourceMapURL: string;
  /** The hash of the script's text. */
  readonly hash: string;
  /** True if V8 knows no name of the script, and `url` was read in the script's text. */
  readonly isNamedInText?: boolean;
}

/**
 * The file path of a script's name. Undefined if the name is neither a file URL of this platform nor an
 * absolute path, because a script may have any name.
 */
export function pathOfUrl(url: string): string | undefined {
  return DISK_FILES.pathOfName(url);
}

/**
 * The names of scripts that React evaluates for each frame of a stack of another environment, so that stacks look as if the
 * server's functions had called. Each has a source map that names the true source.
 */
const MADE_UP = /^(?:rsc|about):\/\/React\//;

/** True if a script was made up for stacks alone, and has no code of the user. */
export function isMadeUp(url: string): boolean {
  return MADE_UP.test(url);
}

/** True if a file or URL is in a package in `node_modules`. */
export function isInPackage(name: string): boolean {
  return /[\\/]node_modules[\\/]/.test(name);
}
