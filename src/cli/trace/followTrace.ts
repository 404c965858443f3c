import { closeSync, existsSync, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { LineSplitter } from '../../trace/reading/fileLines.js';
import { readLine } from '../../trace/reading/readTrace.js';
import { EntryPrinter } from '../../trace/show/showTrace.js';

const CHUNK_BYTES = 64 * 1024;
/** The time between two looks at the file, in milliseconds, also if the system reports no change. */
const POLL_MS = 250;

/** Prints a trace while it is written, with the file that takes its place. Returns when a signal ends this process. */
export function followTrace(path: string, color: boolean, print: (line: string) => void): Promise<never> {
  const printer = new EntryPrinter({ color }, print);
  const follower = new FileFollower(path, (line) => {
    const entry = readLine(line);
    if (entry !== undefined) printer.add(entry);
  });
  const directory = dirname(resolve(path));
  if (existsSync(directory)) {
    watch(directory, (_, name) => {
      if (name === basename(path)) follower.read();
    });
  }
  setInterval(() => follower.read(), POLL_MS);
  return new Promise(() => follower.read());
}

/** Reads what is appended to a file, and to the one that replaces it. */
class FileFollower {
  private file: number | undefined;
  private position = 0;
  private lines = new LineSplitter();

  constructor(
    private readonly path: string,
    private readonly onLine: (line: string) => void,
  ) {}

  read(): void {
    if (this.file === undefined && existsSync(this.path)) this.open();
    if (this.file === undefined) return;
    this.readRest(this.file);
    if (!this.isReplaced(this.file)) return;
    closeSync(this.file);
    this.open();
    this.readRest(this.file);
  }

  private open(): void {
    this.file = openSync(this.path, 'r');
    this.position = 0;
    this.lines = new LineSplitter();
  }

  private readRest(file: number): void {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, this.position);
      if (length === 0) return;
      this.position += length;
      for (const line of this.lines.push(chunk.subarray(0, length))) this.onLine(line);
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
