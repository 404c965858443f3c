import { processSpace } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { CommandContext, CommandHandler, Outcome } from './commandHandler.js';

import { readDebugSettings } from './readDebugSettings.js';
import { requiredId } from './readArguments.js';

/** The capabilities of this launcher, in terms of the Debug Adapter Protocol. */
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
  // Not part of the protocol: the command `describeOutput`.
  supportsDescribeOutput: true,
};

/** Returns the capabilities. Sends `initialized` at once, because nothing else has to happen first. */
export const initialize: CommandHandler = (context) => ({
  body: {
    ...CAPABILITIES,
    // Not part of the protocol: an adapter that is lost, or leaves without a word, leaves the program as it is.
    ...(context.options.reattachTimeoutMs !== undefined && { supportsReattach: true }),
  },
  afterwards: () => context.emit('initialized'),
});

/** Applies the debug settings, and reports the process. The program itself is known from the command line. */
export const launch: CommandHandler = (context, args) => configure(context, args, 'launch');

/** Does the same for an adapter that attaches to the program instead of starting it. */
export const attach: CommandHandler = (context, args) => configure(context, args, 'attach');

/**
 * Starts the program once the response is sent, so that no output of the program can overtake the response.
 */
export const configurationDone: CommandHandler = async (context) => {
  const { debugger: program } = context;
  if (program?.settings.profileStartup === true) await program.profiles.startWithProgram(program.main);
  return { afterwards: () => context.start() };
};

/** Cancels the command with that id. Does nothing if that command is done or unknown. */
export const cancel: CommandHandler = (context, args) => {
  context.cancel(requiredId(args, 'requestId'));
  return {};
};

/** Ends the program once the response is sent. */
export const terminate: CommandHandler = (context) => ({ afterwards: () => context.terminate() });

/** Ends the program, or with `terminateDebuggee: false` lets it run on, once the response is sent. */
export const disconnect: CommandHandler = (context, args) => ({
  afterwards: () => {
    if (args.terminateDebuggee === false) context.release();
    else context.terminate();
  },
});

async function configure(
  context: CommandContext,
  args: Message,
  startMethod: 'launch' | 'attach',
): Promise<Outcome> {
  await context.debugger?.configure(readDebugSettings(args), context.isProgramRunning);
  return { afterwards: () => context.emit('process', describeProcess(context, startMethod)) };
}

function describeProcess(context: CommandContext, startMethod: 'launch' | 'attach'): object {
  const { sessionId } = context.options;
  const { name, pid } = context.program.identity;
  return {
    name,
    ...(pid !== undefined && { systemProcessId: pid }),
    isLocalProcess: true,
    processSpace: processSpace(),
    startMethod,
    ...(sessionId !== undefined && { sessionId }),
  };
}
