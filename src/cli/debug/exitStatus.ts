/** What the process exit code tells where it is not the debuggee's own. */
export const EXIT_STATUS = {
  success: 0,
  /** Something did not work: the adapter died, the program could not be launched. */
  failure: 1,
  /** The command line could not be understood. */
  usage: 2,
  /** Added to a signal's number when a signal ended us, as shells do. */
  signalBase: 128,
} as const;
