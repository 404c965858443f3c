import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isInPackage } from './script.js';
import type { Script } from './script.js';
import type { Source } from './scriptUrls.js';
import type { Scripts } from './scripts.js';
import type { SourceLocations } from './sourceLocations.js';

/**
 * The URL of the folder with this worker's script. Scripts in that folder belong to the launcher, not to the
 * program.
 */
const LAUNCHER_FOLDER_URL = pathToFileURL(`${dirname(process.argv[1] ?? '')}/`).href;

/**
 * The delay before the sources of a script are reported, in milliseconds. The start of a program has more
 * urgent work.
 */
const REPORT_DELAY_MS = 100;
/** The number of sources that are reported at a time. */
const REPORT_BATCH_SIZE = 50;

/** A script, with the scripts of the thread that loaded it. */
type Loaded = readonly [script: Script, scripts: Scripts];

/**
 * The scripts that the program has loaded in all threads, and their original sources. Leaves out node's own
 * modules, and code without a name, whose number is unlimited.
 */
export class LoadedSources {
  private readonly byName = new Map<string, Source>();
  /** The scripts whose sources have not been read. */
  private pendingScripts: Loaded[] = [];
  private unreported: Source[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param added called once with each source */
  constructor(
    private readonly locations: SourceLocations,
    private readonly added: (source: Source) => void,
  ) {}

  /** All sources in the order in which they were loaded. */
  get all(): Source[] {
    this.readPendingScripts();
    return [...this.byName.values()];
  }

  /** Adds a script. Its source map is registered at once; its sources are read and reported later. */
  async addScript(script: Script, scripts: Scripts): Promise<void> {
    await this.locations.add(script);
    if (script.url === '' || script.url.startsWith('node:') || script.url.startsWith(LAUNCHER_FOLDER_URL))
      return;
    this.pendingScripts.push([script, scripts]);
    this.scheduleReport();
  }

  private scheduleReport(): void {
    this.timer ??= setTimeout(() => this.reportBatch(), REPORT_DELAY_MS).unref();
  }

  private reportBatch(): void {
    this.timer = undefined;
    this.readPendingScripts();
    for (const source of this.unreported.splice(0, REPORT_BATCH_SIZE)) this.added(source);
    if (this.unreported.length > 0) setImmediate(() => this.reportBatch());
  }

  private readPendingScripts(): void {
    const loaded = this.pendingScripts;
    this.pendingScripts = [];
    for (const [script, scripts] of loaded) {
      this.addSource(this.locations.sourceOf(scripts, script));
      // Packages may have very many maps. They are read on demand.
      if (isInPackage(script.url)) continue;
      for (const source of this.locations.sourcesIn(script)) this.addSource(source);
    }
    if (this.unreported.length > 0) this.scheduleReport();
  }

  private addSource(source: Source): void {
    if (this.byName.has(source.path)) return;
    this.byName.set(source.path, source);
    this.unreported.push(source);
  }
}
