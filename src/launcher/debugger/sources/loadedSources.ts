import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isInPackage } from './script.js';
import type { Script } from './script.js';
import type { Source } from './scriptUrls.js';
import type { Scripts } from './scripts.js';
import type { SourceLocations } from './sourceLocations.js';

/** The folder of this worker's own script: the launcher's scripts are not the program's. */
const LAUNCHER = pathToFileURL(`${dirname(process.argv[1] ?? '')}/`).href;

/** How long after a script its sources are told, in milliseconds: at a program's start there is more urgent work. */
const TELL_AFTER_MS = 100;
/** How many are told at a time. */
const TOLD_AT_A_TIME = 50;

/** A script as a thread has loaded it. */
type Loaded = readonly [script: Script, scripts: Scripts];

/**
 * What the program has loaded, in all threads: its scripts and the sources that they were made of. Node's own
 * modules are left out, as is code without a name, of which there may be any amount.
 */
export class LoadedSources {
  private readonly byName = new Map<string, Source>();
  /** The scripts that have not been looked at, and the sources that have not been told. */
  private scripts: Loaded[] = [];
  private untold: Source[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param added is called with each source, once */
  constructor(
    private readonly locations: SourceLocations,
    private readonly added: (source: Source) => void,
  ) {}

  /** All of them, in the order of loading. */
  get all(): Source[] {
    this.lookAtAll();
    return [...this.byName.values()];
  }

  /** Takes note of a script: its map, at once, and its sources, when there is time. */
  async take(script: Script, scripts: Scripts): Promise<void> {
    await this.locations.add(script);
    if (script.url === '' || script.url.startsWith('node:') || script.url.startsWith(LAUNCHER)) return;
    this.scripts.push([script, scripts]);
    this.tellLater();
  }

  private tellLater(): void {
    this.timer ??= setTimeout(() => this.tellSome(), TELL_AFTER_MS).unref();
  }

  private tellSome(): void {
    this.timer = undefined;
    this.lookAtAll();
    for (const source of this.untold.splice(0, TOLD_AT_A_TIME)) this.added(source);
    if (this.untold.length > 0) setImmediate(() => this.tellSome());
  }

  private lookAtAll(): void {
    const loaded = this.scripts;
    this.scripts = [];
    for (const [script, scripts] of loaded) {
      this.note(this.locations.sourceOf(scripts, script));
      // The maps of packages are many, and are read when they are needed.
      if (isInPackage(script.url)) continue;
      for (const source of this.locations.sourcesIn(script)) this.note(source);
    }
    if (this.untold.length > 0) this.tellLater();
  }

  private note(source: Source): void {
    if (this.byName.has(source.path)) return;
    this.byName.set(source.path, source);
    this.untold.push(source);
  }
}
