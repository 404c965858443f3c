import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isInPackage, type Script } from './script.js';
import type { Source } from './scriptUrls.js';
import type { Scripts } from './scripts.js';
import type { SourceLocations } from './sourceLocations.js';

/** The folder of this worker's own script: the launcher's scripts are not the program's. */
const LAUNCHER = pathToFileURL(`${dirname(process.argv[1] ?? '')}/`).href;

/**
 * What the program has loaded, in all threads: its scripts and the sources that they were made of. Node's own
 * modules are left out, as is code without a name, of which there may be any amount.
 */
export class LoadedSources {
  private readonly byName = new Map<string, Source>();

  /** @param added is called with each source, once */
  constructor(
    private readonly locations: SourceLocations,
    private readonly added: (source: Source) => void,
  ) {}

  /** All of them, in the order of loading. */
  get all(): Source[] {
    return [...this.byName.values()];
  }

  /** Takes note of a script: its map, at once, and its sources, when there is time. */
  async take(script: Script, scripts: Scripts): Promise<void> {
    await this.locations.add(script);
    if (script.url === '' || script.url.startsWith('node:') || script.url.startsWith(LAUNCHER)) return;
    setImmediate(() => this.tell(script, scripts));
  }

  private tell(script: Script, scripts: Scripts): void {
    this.tellOne(this.locations.sourceOf(scripts, script));
    // The maps of packages are many, and are read when they are needed.
    if (isInPackage(script.url)) return;
    for (const source of this.locations.sourcesIn(script)) this.tellOne(source);
  }

  private tellOne(source: Source): void {
    if (this.byName.has(source.path)) return;
    this.byName.set(source.path, source);
    this.added(source);
  }
}
