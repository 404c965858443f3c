/** Writes a message that no client can get to stderr, as one line. */
export function reportToStderr(message: string): void {
  process.stderr.write(`debug-adapter-ipc: ${message}\n`);
}
