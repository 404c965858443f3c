import { reportError } from './reportError.js';
import { createTraceProgram } from './trace/traceProgram.js';

/**
 * Runs `debug-adapter-ipc trace`, and sets the exit code. Never rejects. This module is bundled by itself: the other commands
 * do not load it.
 *
 * @param argv the arguments behind `trace`
 */
export async function runTraceCommand(argv: readonly string[]): Promise<void> {
  try {
    await createTraceProgram().parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}
