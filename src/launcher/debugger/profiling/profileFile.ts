import { closeSync, mkdtempSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { toError } from '../../../ipc/index.js';
import { DebuggerError } from '../inspector/debuggerError.js';

/** The mode of profiles: they contain values and paths of the program. */
const OWNER_ONLY = 0o600;

/**
 * The file of a profile. It is written under another name beside its own, and gets its name when it is complete, so
 * that an earlier file of that name, or a link, is replaced and not written to.
 */
export class ProfileFile {
  private readonly partPath: string;
  private fd: number | undefined;

  /** @throws DebuggerError if nothing can be written there */
  constructor(readonly path: string) {
    this.partPath = `${path}.${randomBytes(4).toString('hex')}.part`;
    try {
      this.fd = openSync(this.partPath, 'wx', OWNER_ONLY);
    } catch (thrown) {
      throw cannotWrite(path, thrown);
    }
  }

  /**
   * Opens the file of a new profile.
   *
   * @param path an absolute path. Default: a file in a new directory of the user's own, below that for temporary files
   * @param name the name of the file in such a directory
   * @throws DebuggerError if the path is relative, or nothing can be written there
   */
  static open(path: string | undefined, name: string): ProfileFile {
    if (path === undefined) return new ProfileFile(join(newDirectory(), name));
    if (!isAbsolute(path)) throw new DebuggerError(`"file" must be an absolute path, not "${path}"`);
    return new ProfileFile(path);
  }

  /** @throws DebuggerError if the disk refuses the text */
  write(text: string): void {
    if (this.fd === undefined) return;
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(this.fd, bytes, at);
    } catch (thrown) {
      throw cannotWrite(this.path, thrown);
    }
  }

  /** Gives the complete file its name. @throws DebuggerError if that fails */
  finish(): void {
    this.close();
    try {
      renameSync(this.partPath, this.path);
    } catch (thrown) {
      this.discard();
      throw cannotWrite(this.path, thrown);
    }
  }

  /** Removes what was written. Does nothing to a file that is finished. Never throws. */
  discard(): void {
    this.close();
    try {
      unlinkSync(this.partPath);
    } catch {
      // It has its name already, or another process has removed it.
    }
  }

  private close(): void {
    const { fd } = this;
    this.fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }
}

function newDirectory(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'debug-adapter-ipc-'));
  } catch (thrown) {
    throw cannotWrite(tmpdir(), thrown);
  }
}

function cannotWrite(path: string, thrown: unknown): DebuggerError {
  const { message } = toError(thrown);
  return new DebuggerError(`cannot write the profile to "${path}": ${message}. Give another "file"`, {
    cause: thrown,
  });
}
