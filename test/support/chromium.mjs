import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Finds the browser: the file CHROMIUM, or `chromium` on PATH. Undefined if there is none. */
export function findChromium() {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'chromium'));
  return [process.env.CHROMIUM, ...onPath].find((file) => file !== undefined && isExecutable(file));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
