import { fileURLToPath } from 'node:url';

// The paths below are relative to a folder below dist/, which holds this module and the bundles that contain
// it.

/** The absolute path of this package's command, `bin.cjs`. */
export const COMMAND_PATH = fileURLToPath(new URL('../bin.cjs', import.meta.url));

/** The absolute path of this package's launcher. */
export const LAUNCHER_PATH = fileURLToPath(new URL('../launcher/main.cjs', import.meta.url));
