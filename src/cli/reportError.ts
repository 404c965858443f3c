import { CommanderError } from 'commander';
import { EXIT_STATUS } from '../commandLine/exitStatus.js';
import { printableText } from '../commandLine/printable.js';
import { UsageError } from '../commandLine/usageError.js';

/** Prints an error, unless it was printed before, and returns its exit code. */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_STATUS.success : EXIT_STATUS.usage;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`debug-adapter-ipc: ${printableText(message)}\n`);
  return error instanceof UsageError ? EXIT_STATUS.usage : EXIT_STATUS.failure;
}
