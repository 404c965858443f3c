import { dirname } from 'node:path';
import { DISK_FILES } from '../../../paths/diskFiles.js';
import { namesBelow, sourceKey } from '../../../paths/filePaths.js';
import type { FileKey } from '../../../paths/filePaths.js';
import { isInPackage, pathOfUrl } from './script.js';
import type { Script } from './script.js';
import type { Source } from './scriptUrls.js';
import type { Scripts } from './scripts.js';
import type { SourceLocations } from './sourceLocations.js';

/**
 * The folder with this worker's script. Scripts in that folder belong to the launcher, not to the program.
 */
const LAUNCHER_FOLDER = dirname(process.argv[1] ?? '');

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
  private readonly byKey = new Map<FileKey, Source>();
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
    return [...this.byKey.values()];
  }

  /** Adds a script. Its source map is registered at once; its sources are read and reported later. */
  async addScript(script: Script, scripts: Scripts): Promise<void> {
    // Fails only if the thread has ended.
    const named = await scripts.withNameInText(script).catch(() => script);
    await this.locations.add(named);
    if (named.url === '' || named.url.startsWith('node:') || isOfLauncher(named.url)) return;
    this.pendingScripts.push([named, scripts]);
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
    const key = sourceKey(source.path, DISK_FILES.platform);
    if (this.byKey.has(key)) return;
    this.byKey.set(key, source);
    this.unreported.push(source);
  }
}

function isOfLauncher(url: string): boolean {
  const path = pathOfUrl(url);
  return path !== undefined && namesBelow(path, LAUNCHER_FOLDER, DISK_FILES.platform) !== undefined;
}
