import { Counter } from '../inspector/counter.js';
import { DebuggerError } from '../inspector/debuggerError.js';

/** Gives the text of a source. */
type ReadText = () => string | Promise<string>;

/** The sources that are no files, each with a number to ask for its text by. It stays the same to the end. */
export class SourceTexts {
  private readonly ids = new Counter();
  private readonly references = new Map<string, number>();
  private readonly readers = new Map<number, ReadText>();

  /** @param key tells a source from all others */
  referenceOf(key: string, read: ReadText): number {
    const known = this.references.get(key);
    if (known !== undefined) return known;
    const reference = this.ids.next();
    this.references.set(key, reference);
    this.readers.set(reference, read);
    return reference;
  }

  /** @throws DebuggerError when there is no such source, or its text is gone */
  async read(reference: number): Promise<string> {
    const reader = this.readers.get(reference);
    if (reader === undefined) throw new DebuggerError(`there is no source with the reference ${reference}`);
    return await reader();
  }
}
