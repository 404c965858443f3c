import { fileURLToPath } from 'node:url';
import type { AdapterCommand } from './debug/adapterProcess.js';

/** This package's own adapter, run by the Node that runs us. */
export function ownAdapter(args: readonly string[] = []): AdapterCommand {
  const bin = fileURLToPath(new URL('../bin.cjs', import.meta.url));
  return { command: process.execPath, args: [bin, 'adapter', ...args] };
}
