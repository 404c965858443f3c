import type { WarmLaunchers } from '../adapter/index.js';

/** Options with which an adapter starts no launcher at once, or does not start itself. */
const WITHOUT_LAUNCHER = /^(?:--(?:server|isolate|no-warm-launcher|help)|-h$)/;

/**
 * Runs the command line and sets the exit code. Never rejects. Each command's modules are loaded when it is run.
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
  const warmLaunchers = command === 'adapter' ? await startLauncher(rest) : undefined;
  const { runCommandLine } = await import('./runCommandLine.js');
  await runCommandLine(argv, warmLaunchers);
}

/** Starts the launcher of an adapter over stdio, so that it starts while the adapter loads its own modules. */
async function startLauncher(args: readonly string[]): Promise<WarmLaunchers | undefined> {
  if (args.some((arg) => WITHOUT_LAUNCHER.test(arg))) return undefined;
  const { WarmLaunchers } = await import('../adapter/process/warmLaunchers.js');
  const warmLaunchers = new WarmLaunchers({ keepsOne: false });
  warmLaunchers.prepare();
  return warmLaunchers;
}
