import { basename } from 'node:path';
import { processSpace } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { CommandContext, CommandHandler, Outcome } from './commandHandler.js';
import { readDebugSettings } from './readDebugSettings.js';
import { requiredId } from './readArguments.js';

/** What this launcher can do, in the words of the Debug Adapter Protocol. Only what works is here. */
const CAPABILITIES = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsFunctionBreakpoints: true,
  supportsBreakpointLocationsRequest: true,
  exceptionBreakpointFilters: ['all', 'uncaught'],
  supportsExceptionFilterOptions: true,
  supportsExceptionOptions: true,
  supportsExceptionInfoRequest: true,
  supportsEvaluateForHovers: true,
  supportsLoadedSourcesRequest: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsValueFormattingOptions: true,
  supportsClipboardContext: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.', '[', "'"],
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  supportsRestartFrame: true,
  supportsSingleThreadExecutionRequests: true,
  supportsStepInTargetsRequest: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
  // Not the protocol's: the command `describeOutput`.
  supportsDescribeOutput: true,
};

/** Tells the capabilities; `initialized` follows at once, since nothing else has to happen first. */
export const initialize: CommandHandler = (context) => ({
  body: CAPABILITIES,
  afterwards: () => context.emit('initialized'),
});

/** The program is known from the command line: what is left is how to debug it, and to say which process it is. */
export const launch: CommandHandler = (context, args) => begin(context, args, 'launch');

/** The same for an adapter that came to the program, instead of starting it. */
export const attach: CommandHandler = (context, args) => begin(context, args, 'attach');

/** The response is with the kernel before the program's first line can run, so nothing overtakes it. */
export const configurationDone: CommandHandler = (context) => ({ afterwards: () => context.start() });

/** Gives up the command of that id. One that is through, or was never asked, is not there to be given up. */
export const cancel: CommandHandler = (context, args) => {
  context.cancel(requiredId(args, 'requestId'));
  return {};
};

/** Ends the program when the response is out. */
export const terminate: CommandHandler = (context) => ({ afterwards: () => context.terminate() });

/** As `terminate`, unless the program is to live on: `terminateDebuggee: false`. */
export const disconnect: CommandHandler = (context, args) => ({
  afterwards: () => {
    if (args.terminateDebuggee === false) context.release();
    else context.terminate();
  },
});

async function begin(
  context: CommandContext,
  args: Message,
  startMethod: 'launch' | 'attach',
): Promise<Outcome> {
  await context.debugger?.configure(readDebugSettings(args), context.isProgramRunning);
  return { afterwards: () => context.emit('process', describeProcess(context, startMethod)) };
}

function describeProcess({ options }: CommandContext, startMethod: 'launch' | 'attach'): object {
  const { target, sessionId } = options;
  return {
    name: target.kind === 'program' ? basename(target.program) : '[eval]',
    systemProcessId: process.pid,
    isLocalProcess: true,
    processSpace: processSpace(),
    startMethod,
    ...(sessionId !== undefined && { sessionId }),
  };
}
