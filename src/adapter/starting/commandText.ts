/** Words that a shell takes as they are. */
const PLAIN = /^[\w@%+=:,./\\-]+$/;

/** Writes a command line as one would type it, with quotes around the words that need them. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : JSON.stringify(word))).join(' ');
}
