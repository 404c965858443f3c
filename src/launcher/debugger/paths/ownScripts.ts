import { isFilePath, isSamePath } from '../../../paths/filePaths.js';
import { launcherFile } from '../../../processes/launcherFile.js';

const PLATFORM = process.platform;

/** True for the launcher's own code. All that runs in the program's thread is in the launcher's file. */
export function isOwnScript(path: string): boolean {
  return isFilePath(path, PLATFORM) && isSamePath(path, launcherFile(), PLATFORM);
}
