/** An invalid command line: exit code 2. The message contains the reason and what would be valid. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
