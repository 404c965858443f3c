/** Says on stderr, in one line, what no client is there to hear. */
export function reportToStderr(message: string): void {
  process.stderr.write(`debug-adapter-ipc: ${message}\n`);
}
