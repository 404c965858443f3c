import { COMMAND_PATH } from '../../commandLine/ownPrograms.js';
import type { AdapterCommand } from './adapterProcess.js';

/** This package's own adapter, run by the Node that runs us. */
export function ownAdapter(args: readonly string[] = []): AdapterCommand {
  return { command: process.execPath, args: [COMMAND_PATH, 'adapter', ...args] };
}
