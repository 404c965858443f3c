import type { LogOptions } from '../commandLine/programLogger.js';
import { UsageError } from '../commandLine/usageError.js';
import { runDebugCommand } from './debug/debugCommand.js';
import type { DebugOptions } from './debug/debugCommand.js';
import { ownAdapter } from './debug/ownAdapter.js';
import type { TraceArguments } from '../trace/recording/traceArguments.js';
import { createProgram } from './program.js';
import { reportError } from './reportError.js';
import { logArguments } from './logArguments.js';

/**
 * Runs the command line and sets the exit code. Never rejects.
 *
 * @param argv the arguments without node and the script
 */
export async function main(argv: readonly string[]): Promise<void> {
  const [command, ...rest] = argv;
  if (command === 'trace') {
    const { runTraceCommand } = await import('./traceCommand.js');
    await runTraceCommand(rest);
    return;
  }
  const program = createProgram({
    async adapter(options) {
      const { runAdapterCommand } = await import('./adapterCommand.js');
      await runAdapterCommand(options);
    },
    async debug(options) {
      process.exitCode = await debug(options);
    },
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

async function debug(options: DebugOptions & LogOptions & TraceArguments): Promise<number> {
  await checkTransport(options.transport);
  // A launcher of its own gets one end of a socket pair when it is started.
  const warm = options.transport === 'fd' ? [] : ['--warm-launcher'];
  return runDebugCommand(ownAdapter([...warm, ...logArguments(options)]), options, process);
}

/** Checks the name of a transport. The error for an unknown name contains the known names. */
async function checkTransport(name: string | undefined): Promise<void> {
  const { TransportFactory, toError } = await import('../ipc/index.js');
  try {
    TransportFactory.resolveTransport(name);
  } catch (error) {
    throw new UsageError(`--transport: ${toError(error).message}`);
  }
}
