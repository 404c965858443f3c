import { DebuggerError } from '../debugger/debuggerError.js';
import type { ProgramDebugger } from '../debugger/programDebugger.js';
import type { CommandContext } from './commandHandler.js';

/** @throws DebuggerError with `--no-debug` */
export function requireDebugger(context: CommandContext): ProgramDebugger {
  if (context.debugger === undefined)
    throw new DebuggerError('the program runs without debugger (--no-debug)');
  return context.debugger;
}
