/**
 * True where processes have signals and groups, and sockets have paths. A test that expects something of POSIX's own is
 * marked by it: `describe.runIf(posix)`.
 */
export const posix = process.platform !== 'win32';

/** The transport that only this machine reaches: a Unix socket, or a pipe on Windows. For tests that need any such one. */
export const localTransport = posix ? 'unix' : 'pipe';
