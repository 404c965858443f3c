import type { LogOptions } from '../commandLine/programLogger.js';
import { UsageError } from '../commandLine/usageError.js';
import { runDebugCommand } from './debug/debugCommand.js';
import type { DebugOptions } from './debug/debugCommand.js';
import { ownAdapter } from './debug/ownAdapter.js';
import type { WarmLaunchers } from '../adapter/index.js';
import type { TraceArguments } from '../trace/recording/traceArguments.js';
import { createProgram } from './program.js';
import { reportError } from './reportError.js';
import { logArguments } from './logArguments.js';

/**
 * Runs a command, except `launch` and `trace`, and sets the exit code. Never rejects.
 *
 * @param argv the arguments without node and the script
 * @param warmLaunchers those that an adapter has, if its launcher was started before
 */
export async function runCommandLine(
  argv: readonly string[],
  warmLaunchers: WarmLaunchers | undefined,
): Promise<void> {
  const program = createProgram({
    async adapter(options) {
      const { runAdapterCommand } = await import('./adapterCommand.js');
      await runAdapterCommand(options, warmLaunchers);
    },
    async debug(options) {
      process.exitCode = await debug(options);
    },
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    warmLaunchers?.close();
    process.exitCode = reportError(error);
  }
}

async function debug(options: DebugOptions & LogOptions & TraceArguments): Promise<number> {
  await checkTransport(options.transport);
  // A launcher of its own gets one end of a socket pair when it is started.
  const warm = options.transport === 'fd' ? ['--no-warm-launcher'] : [];
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
