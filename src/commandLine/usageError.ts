/** A command line that cannot be followed: exit code 2. Its message says why, and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
