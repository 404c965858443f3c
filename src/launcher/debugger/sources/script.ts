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

/** True if a file or URL is in a package in `node_modules`. */
export function isInPackage(name: string): boolean {
  return /[\\/]node_modules[\\/]/.test(name);
}
