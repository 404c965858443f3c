import { commandFile } from '../../processes/launcherFile.js';
import type { AdapterCommand } from './adapterProcess.js';

/** Returns the command for this package's own adapter, with the same node executable. */
export function ownAdapter(args: readonly string[] = []): AdapterCommand {
  return { command: process.execPath, args: [commandFile(), 'adapter', ...args] };
}
