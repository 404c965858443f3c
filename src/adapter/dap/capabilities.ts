import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Message } from '../../ipc/index.js';

/** What the adapter does by itself, whatever launcher it drives. */
const ADAPTER_CAPABILITIES: DebugProtocol.Capabilities = {
  // The client says when its breakpoints are all set; the program's first line waits for that.
  supportsConfigurationDoneRequest: true,
  // `stackTrace` takes startFrame and levels, so a deep stack is fetched in pages.
  supportsDelayedStackTraceLoading: true,
  // `terminate` asks the program to end, its own handlers run.
  supportsTerminateRequest: true,
  // `disconnect` takes terminateDebuggee: false lets the program run on.
  supportTerminateDebuggee: true,
  // `restart` ends the program and launches it anew, in the same session and with the same breakpoints.
  supportsRestartRequest: true,
  // `cancel` ends the wait for a request, and what the launcher does for it.
  supportsCancelRequest: true,
};

/** VS Code's own debugger has the same ids and labels, so what a person has chosen there holds here. */
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
    // A program that is about to end of it is what a person debugs for.
    default: true,
    supportsCondition: true,
    conditionDescription: 'error.name === "MyError"',
  },
];

/** What takes a launcher that does it, as this package's own does; another one is asked. */
const LAUNCHER_CAPABILITIES: DebugProtocol.Capabilities = {
  // A breakpoint may carry a condition, evaluated in the frame that it is in.
  supportsConditionalBreakpoints: true,
  // A breakpoint may say at which of its hits it stops: ">= 3", "%2".
  supportsHitConditionalBreakpoints: true,
  // A breakpoint may log a message with {expressions} and not stop at all.
  supportsLogPoints: true,
  // A function may be named instead of a line.
  supportsFunctionBreakpoints: true,
  // A client can ask where in a line breakpoints can be, and offer these places.
  supportsBreakpointLocationsRequest: true,
  // What is thrown may stop the program: all of it, or what V8 expects nobody to catch.
  exceptionBreakpointFilters: EXCEPTION_FILTERS,
  // A filter may carry a condition, which sees the exception as `error`.
  supportsExceptionFilterOptions: true,
  // The same two filters in the words of older clients: "always", "unhandled".
  supportsExceptionOptions: true,
  // Class, message, stack and causes of what was thrown.
  supportsExceptionInfoRequest: true,
  // `evaluate` with context "hover" refuses whatever would have a side effect, so hovering is safe.
  supportsEvaluateForHovers: true,
  // `loadedSources` lists the program's scripts and their sources; `loadedSource` tells of each new one.
  supportsLoadedSourcesRequest: true,
  // `setVariable` gives a variable of a scope, a property, an element or a Map's value a new one.
  supportsSetVariable: true,
  // `setExpression` does so for whatever can be assigned to.
  supportsSetExpression: true,
  // `format.hex` shows whole numbers in hexadecimal.
  supportsValueFormattingOptions: true,
  // `evaluate` with context "clipboard" gives all of a value as text.
  supportsClipboardContext: true,
  // `completions` names members and variables, and runs nothing for it.
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.', '[', "'"],
  // `readMemory` and `writeMemory` take buffers, views of them and WebAssembly memories.
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  // `restartFrame` begins a call of the stack anew.
  supportsRestartFrame: true,
  // `continue` with singleThread lets one thread go on, and the others stand.
  supportsSingleThreadExecutionRequests: true,
  // `stepInTargets` lists the calls of a line, and `stepIn` takes one of them.
  supportsStepInTargetsRequest: true,
};

/** What `initialize` answers. Only what works end to end is claimed. */
export const CAPABILITIES: DebugProtocol.Capabilities = { ...ADAPTER_CAPABILITIES, ...LAUNCHER_CAPABILITIES };

function withdrawn(value: unknown): unknown {
  return Array.isArray(value) ? [] : false;
}

/**
 * What a launcher lacks of what `initialize` has announced. A client adds to what it knows already, so what is
 * missing is taken back by name.
 *
 * @param announced the body of the launcher's response to `initialize`
 */
export function lackingCapabilities(announced: Message): DebugProtocol.Capabilities {
  const lacking = Object.entries(LAUNCHER_CAPABILITIES).filter(([name]) => !Object.hasOwn(announced, name));
  return Object.fromEntries(lacking.map(([name, value]) => [name, withdrawn(value)]));
}

/** Takes back everything that `initialize` has announced. */
export function noCapabilities(): Message {
  return Object.fromEntries(Object.entries(CAPABILITIES).map(([name, value]) => [name, withdrawn(value)]));
}
