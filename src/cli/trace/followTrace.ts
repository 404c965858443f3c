import { EntryPrinter } from '../../trace/show/showTrace.js';
import { FileFollower } from './fileFollower.js';
import type { FollowListener } from './fileFollower.js';

/**
 * Prints a trace while it is written. Does not return: a signal ends this process.
 *
 * @throws UsageError for a trace of a newer version; the system's error
 */
export function followTrace(path: string, color: boolean, print: (line: string) => void): Promise<never> {
  const printer = new EntryPrinter({ color }, print);
  return new Promise((_, reject) => {
    const onEntries: FollowListener['onEntries'] = (entries) => {
      for (const entry of entries) printer.add(entry);
    };
    new FileFollower(path, { onEntries, onError: reject }).start();
  });
}
