import { basename } from 'node:path';
import type { CommandContext, CommandHandler } from './commandHandler.js';

/** What this launcher can do, in the words of the Debug Adapter Protocol. Only what works is here. */
const CAPABILITIES = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsEvaluateForHovers: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
};

/** Tells the capabilities; `initialized` follows at once, since nothing else has to happen first. */
export const initialize: CommandHandler = (context) => ({
  body: CAPABILITIES,
  afterwards: () => context.emit('initialized'),
});

/** The program is known from the command line: what is left is to say which process it is. */
export const launch: CommandHandler = (context) => ({
  afterwards: () => context.emit('process', describeProcess(context)),
});

/** The response is with the kernel before the program's first line can run, so nothing overtakes it. */
export const configurationDone: CommandHandler = (context) => ({ afterwards: () => context.start() });

/** Ends the program when the response is out. */
export const terminate: CommandHandler = (context) => ({ afterwards: () => context.terminate() });

/** As `terminate`, unless the program is to live on: `terminateDebuggee: false`. */
export const disconnect: CommandHandler = (context, args) => ({
  afterwards: () => {
    if (args.terminateDebuggee === false) context.release();
    else context.terminate();
  },
});

function describeProcess({ options }: CommandContext): object {
  const { target, sessionId } = options;
  return {
    name: target.kind === 'program' ? basename(target.program) : '[eval]',
    systemProcessId: process.pid,
    isLocalProcess: true,
    startMethod: 'launch',
    ...(sessionId !== undefined && { sessionId }),
  };
}
