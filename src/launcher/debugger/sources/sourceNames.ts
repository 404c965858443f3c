import { DISK_FILES } from '../../../paths/diskFiles.js';
import { Counter } from '../inspector/counter.js';
import type { MappedScript, MappedSource } from './mappedScript.js';
import type { Script } from './script.js';
import type { Scripts } from './scripts.js';
import { sourceOfUrl } from './scriptUrls.js';
import type { Source } from './scriptUrls.js';
import { SourceTexts } from './sourceTexts.js';

/** Names scripts and sources for the adapter: files by path, other sources by a reference to their text. */
export class SourceNames {
  private readonly texts = new SourceTexts();
  private readonly threadIds = new Counter();
  private readonly threads = new WeakMap<Scripts, number>();

  /** The source for a script that a thread has loaded. */
  ofScript(scripts: Scripts, script: Script): Source {
    const source = sourceOfUrl(script.url);
    if (source.origin === undefined && this.isExistingFile({ path: source.path, isFile: true }))
      return source;
    const name = script.url === '' ? `<eval>/VM${script.scriptId}` : source.name;
    const path = script.url === '' ? name : source.path;
    // Node's own modules are the same in every thread.
    const key =
      source.presentationHint === undefined ? `${this.threadIdOf(scripts)}:${script.scriptId}` : script.url;
    return {
      ...source,
      name,
      path,
      sourceReference: this.texts.referenceOf(key, () => scripts.textOf(script)),
    };
  }

  /** The source at an index of the script's map. */
  ofMapped(script: MappedScript, index: number): Source {
    const source = script.sources[index];
    if (source === undefined) return sourceOfUrl(script.url);
    const { name, path } = source;
    const hint = script.map?.isIgnored(index) === true && { presentationHint: 'deemphasize' as const };
    if (this.isExistingFile(source) || script.map?.contentOf(index) === undefined)
      return { name, path, ...hint };
    const read = (): string => script.map?.contentOf(index) ?? '';
    const sourceReference = this.texts.referenceOf(`${script.url} ${index}`, read);
    return { name, path, sourceReference, origin: 'source map', ...hint };
  }

  /** Returns the text for a reference. @throws DebuggerError if the reference is unknown */
  textOf(sourceReference: number): Promise<string> {
    return this.texts.read(sourceReference);
  }

  private isExistingFile({ path, isFile }: Pick<MappedSource, 'path' | 'isFile'>): boolean {
    return isFile && DISK_FILES.exists(path);
  }

  private threadIdOf(scripts: Scripts): number {
    const known = this.threads.get(scripts) ?? this.threadIds.next();
    this.threads.set(scripts, known);
    return known;
  }
}
