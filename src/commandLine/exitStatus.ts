/** Exit codes of this process, other than those of the debuggee. */
export const EXIT_STATUS = {
  success: 0,
  /** An error: the adapter died, or the launch failed. */
  failure: 1,
  /** An invalid command line. */
  usage: 2,
  /** Added to the signal's number when a signal has ended this process, as shells do. */
  signalBase: 128,
} as const;
