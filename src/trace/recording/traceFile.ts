import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { openLogFile } from '../../commandLine/logFile.js';
import { FileProblem, toError } from '../../ipc/index.js';
import type { TraceSink } from '../../ipc/index.js';
import { olderPart } from '../format/olderPart.js';
import { TRACE_MARK } from '../format/traceFormat.js';
import type { TraceOrigin } from '../format/traceFormat.js';
import { traceHeader } from '../format/traceHeader.js';
import { LinkRecorder } from './linkRecorder.js';
import { Redaction, secretValues } from './redaction.js';

/** The most bytes of a trace, by default. */
export const DEFAULT_TRACE_BYTES = 64 * 1024 * 1024;
/** The least that a trace can be limited to, in bytes. */
export const MIN_TRACE_BYTES = 64 * 1024;

/** The characters that are written at once. */
const BATCH_CHARACTERS = 64 * 1024;
/** The time after which entries are written, in milliseconds: a process that is killed loses no more. */
const FLUSH_MS = 100;
const OWNER_ONLY = 0o600;

/** Settings of a trace file. */
export interface TraceOptions {
  /** The most bytes on disk: at half of them, the older half is dropped. Default 64 MiB, at least 64 KiB. */
  readonly maxBytes?: number | undefined;
  /** False: messages are recorded as they are, with secrets and all. Default true. */
  readonly redact?: boolean | undefined;
  /** True: each entry is written at once, for a process that can end at any time. Default false. */
  readonly immediate?: boolean | undefined;
  /** Takes the reason if the file cannot be written any more. The recording has then ended. Default: ignored. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** Gives a sink for each link of each session. */
export interface TraceTarget {
  /** @param origin the names in each entry of that link */
  link(origin: TraceOrigin): TraceSink;
  /** Hides these texts in all that is recorded from now on. */
  hide(values: Iterable<string>): void;
}

/**
 * A file in which sessions are recorded, as docs/trace.md describes it. It belongs to this user alone (0600). Several
 * processes can append to one file. Recording never fails and never waits for more than the disk.
 */
export class TraceFile implements TraceTarget {
  private fd: number | undefined;
  private bytes = 0;
  private pending = '';
  private timer: NodeJS.Timeout | undefined;
  private readonly redaction: Redaction | undefined;
  private readonly halfBytes: number;
  private readonly flushAtExit = (): void => this.flush();

  private constructor(
    /** The file's path, without symbolic links. */
    readonly path: string,
    private readonly options: TraceOptions,
  ) {
    this.halfBytes = Math.max(options.maxBytes ?? DEFAULT_TRACE_BYTES, MIN_TRACE_BYTES) / 2;
    this.redaction = options.redact === false ? undefined : new Redaction(secretValues(process.env));
  }

  /**
   * Opens a trace for appending, and creates it and its directory if they are missing.
   *
   * @throws FileProblem for a file that is no trace, or is open to another user; the system's error
   */
  static open(path: string, options: TraceOptions = {}): TraceFile {
    const fd = openTraceFile(path);
    const file = new TraceFile(realpathSync(path), options);
    file.use(fd);
    process.once('exit', file.flushAtExit);
    return file;
  }

  link(origin: TraceOrigin): TraceSink {
    return new LinkRecorder(origin, this.redaction, (line) => this.add(line));
  }

  hide(values: Iterable<string>): void {
    this.redaction?.hide(values);
  }

  /** Writes what is recorded. Later entries are dropped. Repeatable. */
  close(): void {
    this.flush();
    process.off('exit', this.flushAtExit);
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  /** Writes what is recorded, at once. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = this.pending;
    this.pending = '';
    if (text === '' || this.fd === undefined) return;
    try {
      const batch = Buffer.from(text);
      if (this.bytes + batch.length > this.halfBytes) this.rotate();
      writeAll(this.fd, batch);
      this.bytes += batch.length;
    } catch (error) {
      closeSync(this.fd);
      this.fd = undefined;
      this.options.onError?.(toError(error));
    }
  }

  private add(line: string): void {
    if (this.fd === undefined) return;
    this.pending += line;
    if (this.options.immediate === true || this.pending.length >= BATCH_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  private use(fd: number): void {
    this.fd = fd;
    this.bytes = fstatSync(fd).size;
    const line = Buffer.from(`${JSON.stringify(traceHeader(this.redaction !== undefined))}\n`);
    writeAll(fd, line);
    this.bytes += line.length;
  }

  /** Begins a new file. The full one is kept beside it, in place of the one before, if no other process did so. */
  private rotate(): void {
    const older = olderPart(this.path);
    const old = this.fd;
    const isCurrent = old !== undefined && isSameFile(old, this.path);
    if (isCurrent && existsSync(older)) closeSync(openTraceFile(older));
    if (isCurrent) renameSync(this.path, older);
    const fd = openTraceFile(this.path);
    if (old !== undefined) closeSync(old);
    this.use(fd);
  }
}

function openTraceFile(path: string): number {
  const { fd } = openLogFile(path);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new FileProblem('is no regular file', 'a trace needs one');
    if (stats.size > 0) requireTrace(path);
    // A file that was there may be open to others.
    fchmodSync(fd, OWNER_ONLY);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function requireTrace(path: string): void {
  const start = Buffer.alloc(TRACE_MARK.length);
  const fd = openSync(path, 'r');
  try {
    const length = readSync(fd, start);
    if (start.toString('latin1', 0, length) === TRACE_MARK) return;
  } finally {
    closeSync(fd);
  }
  throw new FileProblem('has something else in it than a trace', 'choose another file');
}

function isSameFile(fd: number, path: string): boolean {
  const [open, there] = [fstatSync(fd, { bigint: true }), statOf(path)];
  return there !== undefined && open.ino === there.ino && open.dev === there.dev;
}

function statOf(path: string): { readonly ino: bigint; readonly dev: bigint } | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

/** Writes all of the bytes: the system may take a part at a time. */
export function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
