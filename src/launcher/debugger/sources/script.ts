import { fileURLToPath } from 'node:url';

/** A script as V8 tells of it. */
export interface Script {
  readonly scriptId: string;
  /** '' for one without a name, such as `new Function(...)`. */
  readonly url: string;
  /** What its `//# sourceMappingURL=` says; '' where it has none. */
  readonly sourceMapURL: string;
  /** Of its text. */
  readonly hash: string;
}

/** The path of the file that a URL names. Undefined for what is no file here: a script may have any name. */
export function pathOfUrl(url: string): string | undefined {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a file or URL is in a package that somebody else wrote. */
export function isInPackage(name: string): boolean {
  return /[\\/]node_modules[\\/]/.test(name);
}
