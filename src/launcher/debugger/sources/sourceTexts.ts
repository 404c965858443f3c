import { Counter } from '../inspector/counter.js';
import { DebuggerError } from '../inspector/debuggerError.js';

/** Reads the text of a source. */
type ReadText = () => string | Promise<string>;

/**
 * Sources that are not files. Each has a reference for requesting its text, which is valid for the whole
 * session.
 */
export class SourceTexts {
  private readonly ids = new Counter();
  private readonly references = new Map<string, number>();
  private readonly readers = new Map<number, ReadText>();

  /** @param key identifies the source */
  referenceOf(key: string, read: ReadText): number {
    const known = this.references.get(key);
    if (known !== undefined) return known;
    const reference = this.ids.next();
    this.references.set(key, reference);
    this.readers.set(reference, read);
    return reference;
  }

  /** @throws DebuggerError if the reference is unknown, or the text is no longer available */
  async read(reference: number): Promise<string> {
    const reader = this.readers.get(reference);
    if (reader === undefined) throw new DebuggerError(`there is no source with the reference ${reference}`);
    return await reader();
  }
}
