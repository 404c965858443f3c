import { isAbsolute, resolve } from 'node:path';
import { IpcError } from '../core/errors.js';

/**
 * Longest socket path in bytes: `sun_path` without its closing NUL. Node 20 silently truncates a longer path,
 * so that the socket appears under another, predictable name.
 */
export function maxSocketPathBytes(platform: NodeJS.Platform = process.platform): number {
  return platform === 'linux' ? 107 : 103;
}

/**
 * Returns the absolute form of a socket path, because the launcher may run in another directory.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an invalid path, `ERR_IPC_PATH_TOO_LONG`
 */
export function checkedSocketPath(path: string, platform: NodeJS.Platform = process.platform): string {
  if (path === '' || path.includes('\0')) {
    throw new IpcError('ERR_IPC_CONFIG', `${JSON.stringify(path)} is no path for a socket`);
  }
  const absolute = isAbsolute(path) ? path : resolve(path);
  const bytes = Buffer.byteLength(absolute);
  const most = maxSocketPathBytes(platform);
  if (bytes <= most) return absolute;
  throw new IpcError(
    'ERR_IPC_PATH_TOO_LONG',
    `the socket path ${absolute} has ${bytes} bytes, this system takes ${most}: choose a shorter one`,
  );
}
