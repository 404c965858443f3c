/** Writes the path with slashes on Windows, as globs and URLs have it. Other paths stay as they are. */
export function withSlashes(path: string): string {
  return process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
}
