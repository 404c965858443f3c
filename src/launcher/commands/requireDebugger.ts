import type { Message } from '../../ipc/index.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import type { ProgramDebugger } from '../debugger/programDebugger.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { CommandContext } from './commandHandler.js';
import { optionalNumber } from './readArguments.js';

/** @throws DebuggerError with `--no-debug` */
export function requireDebugger(context: CommandContext): ProgramDebugger {
  if (context.debugger === undefined)
    throw new DebuggerError('the program runs without debugger (--no-debug)');
  return context.debugger;
}

/**
 * Returns the thread that a command names, by default the main thread.
 *
 * @throws DebuggerError with `--no-debug`, and if the thread does not exist
 */
export function threadOf(context: CommandContext, args: Message): ThreadDebugger {
  return requireDebugger(context).thread(optionalNumber(args, 'threadId'));
}
