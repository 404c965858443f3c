import { fileURLToPath } from 'node:url';

/** A script as V8 reports it. */
export interface Script {
  readonly scriptId: string;
  /** Empty for a script without a name, such as `new Function(...)`. */
  readonly url: string;
  /** The value of the `//# sourceMappingURL=` comment; empty without that comment. */
  readonly sourceMapURL: string;
  /** The hash of the script's text. */
  readonly hash: string;
}

/**
 * The file path of a URL. Undefined if the URL is not a file URL of this platform, because a script may have
 * any name.
 */
export function pathOfUrl(url: string): string | undefined {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}

/** True if a file or URL is in a package in `node_modules`. */
export function isInPackage(name: string): boolean {
  return /[\\/]node_modules[\\/]/.test(name);
}
