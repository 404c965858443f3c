/**
 * True where processes have signals and groups, and sockets have paths. A test that expects something of POSIX's own is
 * marked by it: `describe.runIf(posix)`.
 */
export const posix = process.platform !== 'win32';
