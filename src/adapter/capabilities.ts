import type { DebugProtocol } from '@vscode/debugprotocol';

/** What `initialize` answers. Only what works end to end is claimed. */
const CAPABILITIES: DebugProtocol.Capabilities = {
  // The client says when its breakpoints are all set; the program's first line waits for that.
  supportsConfigurationDoneRequest: true,
  // A breakpoint may carry a condition, evaluated in the frame that it is in.
  supportsConditionalBreakpoints: true,
  // `evaluate` with context "hover" refuses whatever would have a side effect, so hovering is safe.
  supportsEvaluateForHovers: true,
  // `stackTrace` takes startFrame and levels, so a deep stack is fetched in pages.
  supportsDelayedStackTraceLoading: true,
  // `terminate` asks the program to end, its own handlers run.
  supportsTerminateRequest: true,
  // `disconnect` takes terminateDebuggee: false lets the program run on.
  supportTerminateDebuggee: true,
  // `cancel` ends the wait for a request, and what the launcher does for it.
  supportsCancelRequest: true,
};

export { CAPABILITIES };
