import { closeSync, existsSync, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { toError } from '../../ipc/index.js';
import type { TraceEntry } from '../../trace/format/traceFormat.js';
import { LineSplitter } from '../../trace/reading/fileLines.js';
import { readLine } from '../../trace/reading/readTrace.js';

const CHUNK_BYTES = 256 * 1024;
/** The time between two looks at the file, in milliseconds, also if the system reports no change. */
const POLL_MS = 250;

/** What a follower calls. */
export interface FollowListener {
  /** Takes the entries that were written since. */
  readonly onEntries: (entries: readonly TraceEntry[]) => void;
  /** Takes the error that ends the following: a file that cannot be read, or of a newer version. */
  readonly onError: (error: Error) => void;
}

/** Reads what a trace has, with its older half, then what is appended to it and to the file that takes its place. */
export class FileFollower {
  private file: number | undefined;
  private position = 0;
  private lines = new LineSplitter();
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly listener: FollowListener,
  ) {}

  /** Begins. The file may not be there yet. */
  start(): void {
    const directory = dirname(resolve(this.path));
    if (existsSync(directory)) {
      this.watcher = watch(directory, (_, name) => {
        if (name === basename(this.path)) this.read();
      });
      // The file is looked at all the same.
      this.watcher.on('error', () => undefined);
    }
    this.timer = setInterval(() => this.read(), POLL_MS);
    this.readOlder();
    this.read();
  }

  /** Ends. Repeatable. */
  stop(): void {
    this.watcher?.close();
    clearInterval(this.timer);
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    this.position = -1;
  }

  private read(): void {
    if (this.position < 0) return;
    try {
      if (this.file === undefined && existsSync(this.path)) this.open(this.path);
      if (this.file === undefined) return;
      this.readRest(this.file);
      if (!this.isReplaced(this.file)) return;
      closeSync(this.file);
      this.open(this.path);
      this.readRest(this.file);
    } catch (error) {
      this.stop();
      this.listener.onError(toError(error));
    }
  }

  private readOlder(): void {
    const older = `${this.path}.1`;
    if (!existsSync(older)) return;
    try {
      this.readRest(this.open(older));
    } catch (error) {
      this.stop();
      this.listener.onError(toError(error));
      return;
    }
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private open(path: string): number {
    this.position = 0;
    this.lines = new LineSplitter();
    return (this.file = openSync(path, 'r'));
  }

  private readRest(file: number): void {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    while (this.position >= 0) {
      const length = readSync(file, chunk, 0, chunk.length, this.position);
      if (length === 0) return;
      this.position += length;
      const entries = this.lines.push(chunk.subarray(0, length)).flatMap((line) => readLine(line) ?? []);
      if (entries.length > 0) this.listener.onEntries(entries);
    }
  }

  private isReplaced(file: number): boolean {
    const [open, there] = [
      fstatSync(file, { bigint: true }),
      statSync(this.path, { bigint: true, throwIfNoEntry: false }),
    ];
    return there !== undefined && (open.ino !== there.ino || open.dev !== there.dev);
  }
}
