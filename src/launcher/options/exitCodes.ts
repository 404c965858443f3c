/** The launcher's own exit codes. Once the program runs, the exit code is the program's. */
export const EXIT_CODES = {
  /** `--help` was asked for. */
  ok: 0,
  /** The adapter could not be reached, or went away before the program was started. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
} as const;
