import { resolve } from 'node:path';
import { UsageError } from '../../commandLine/usageError.js';
import { readAddress } from '../../ipc/index.js';
import type { TransportConfig } from '../../ipc/index.js';

/** On Windows: a path on the current drive (`\name`), or in the current directory of a drive (`C:name`). */
const DRIVE_RELATIVE = /^(?:[\\/](?![\\/])|[a-z]:(?![\\/]))/i;

/**
 * Reads `--listen`: `auto`, or an address as `readAddress` reads it. A path is made absolute, because it is
 * shown to processes with other working directories.
 *
 * @throws UsageError for any other text, and on Windows for a path that depends on the current drive
 */
export function readListenAddress(
  text: string,
  platform: NodeJS.Platform = process.platform,
): TransportConfig {
  if (text === 'auto') return { transport: 'auto' };
  if (platform === 'win32' && DRIVE_RELATIVE.test(text)) throw driveRelative(text);
  try {
    const { path, ...address } = readAddress(text);
    return path === undefined ? address : { ...address, path: resolve(path) };
  } catch (error) {
    throw new UsageError(`--listen ${(error as Error).message}, or auto`, { cause: error });
  }
}

function driveRelative(text: string): UsageError {
  return new UsageError(
    `--listen ${JSON.stringify(text)} depends on the current drive or its directory: ` +
      'give a port, HOST:PORT, \\\\.\\pipe\\NAME, or auto',
  );
}
