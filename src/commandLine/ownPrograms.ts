import { fileURLToPath } from 'node:url';

// Found from one folder below dist/: that is where this module lies, and the bundles that take it in.

/** The absolute path of this package's command, `bin.cjs`. */
export const COMMAND_PATH = fileURLToPath(new URL('../bin.cjs', import.meta.url));

/** The absolute path of this package's launcher. */
export const LAUNCHER_PATH = fileURLToPath(new URL('../launcher/main.cjs', import.meta.url));
