import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Message } from '../../ipc/index.js';

/** The capabilities of the adapter itself, with every launcher. */
const ADAPTER_CAPABILITIES: DebugProtocol.Capabilities = {
  // The program's first line waits until the client has set all breakpoints.
  supportsConfigurationDoneRequest: true,
  // `stackTrace` accepts startFrame and levels, so a deep stack is fetched in pages.
  supportsDelayedStackTraceLoading: true,
  // `terminate` asks the program to end, so that its own handlers run.
  supportsTerminateRequest: true,
  // `disconnect` accepts terminateDebuggee; false lets the program run on.
  supportTerminateDebuggee: true,
  // `restart` ends the program and launches it again, in the same session and with the same breakpoints.
  supportsRestartRequest: true,
  // `cancel` ends the wait for a request, and the launcher's work on it.
  supportsCancelRequest: true,
};

/** The exception filters, with the ids and labels of VS Code's own debugger, so that a user's choice there applies. */
const EXCEPTION_FILTERS: DebugProtocol.ExceptionBreakpointsFilter[] = [
  {
    filter: 'all',
    label: 'Caught Exceptions',
    description: 'Stops at everything that is thrown, also where it is caught.',
    default: false,
    supportsCondition: true,
    conditionDescription: 'error.name === "MyError"',
  },
  {
    filter: 'uncaught',
    label: 'Uncaught Exceptions',
    description: 'Stops at what is thrown and, as far as can be told, caught by nobody.',
    // On by default: an uncaught exception usually ends the program.
    default: true,
    supportsCondition: true,
    conditionDescription: 'error.name === "MyError"',
  },
];

/** The capabilities that need support by the launcher. This package's launcher has all of them. */
const LAUNCHER_CAPABILITIES: DebugProtocol.Capabilities = {
  // A breakpoint may have a condition, which is evaluated in the breakpoint's frame.
  supportsConditionalBreakpoints: true,
  // A breakpoint may stop at certain hits only: ">= 3", "%2".
  supportsHitConditionalBreakpoints: true,
  // A breakpoint may log a message with {expressions} instead of stopping.
  supportsLogPoints: true,
  // A breakpoint may name a function instead of a line.
  supportsFunctionBreakpoints: true,
  // A client can list the possible places of breakpoints in a line.
  supportsBreakpointLocationsRequest: true,
  // The program may stop at every exception, or at those that V8 predicts to be uncaught.
  exceptionBreakpointFilters: EXCEPTION_FILTERS,
  // A filter may have a condition, in which the exception is named `error`.
  supportsExceptionFilterOptions: true,
  // The same two filters by the names that older clients use: "always", "unhandled".
  supportsExceptionOptions: true,
  // `exceptionInfo` returns the class, message, stack and causes of an exception.
  supportsExceptionInfoRequest: true,
  // `evaluate` with context "hover" refuses expressions with side effects.
  supportsEvaluateForHovers: true,
  // `loadedSources` lists the program's scripts and their sources; `loadedSource` reports each new one.
  supportsLoadedSourcesRequest: true,
  // `setVariable` sets a variable of a scope, a property, an element or a value of a Map.
  supportsSetVariable: true,
  // `setExpression` sets the value of any expression that can be assigned to.
  supportsSetExpression: true,
  // `format.hex` shows whole numbers in hexadecimal.
  supportsValueFormattingOptions: true,
  // `evaluate` with context "clipboard" returns the whole value as text.
  supportsClipboardContext: true,
  // `completions` lists members and variables, and runs no code of the program.
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.', '[', "'"],
  // `readMemory` and `writeMemory` support buffers, views of buffers and WebAssembly memories.
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  // `restartFrame` restarts a call on the stack.
  supportsRestartFrame: true,
  // `continue` with singleThread resumes one thread, and the others stay stopped.
  supportsSingleThreadExecutionRequests: true,
  // `stepInTargets` lists the calls of a line, and `stepIn` steps into the chosen call.
  supportsStepInTargetsRequest: true,
};

/** The body of the response to `initialize`. Lists only features that work end to end. */
export const CAPABILITIES: DebugProtocol.Capabilities = { ...ADAPTER_CAPABILITIES, ...LAUNCHER_CAPABILITIES };

function withdrawn(value: unknown): unknown {
  return Array.isArray(value) ? [] : false;
}

/**
 * Withdraws the announced capabilities that a launcher lacks. A client merges new capabilities into those that it
 * knows, so each missing one is withdrawn by name.
 *
 * @param announced the body of the launcher's response to `initialize`
 */
export function lackingCapabilities(announced: Message): DebugProtocol.Capabilities {
  const lacking = Object.entries(LAUNCHER_CAPABILITIES).filter(([name]) => !Object.hasOwn(announced, name));
  return Object.fromEntries(lacking.map(([name, value]) => [name, withdrawn(value)]));
}

/** Withdraws all capabilities that `initialize` has announced. */
export function noCapabilities(): Message {
  return Object.fromEntries(Object.entries(CAPABILITIES).map(([name, value]) => [name, withdrawn(value)]));
}
