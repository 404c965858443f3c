import { settlesWithin, toError } from '../../../ipc/index.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { ProfiledThread } from './profiledThread.js';
import { ProfileFile } from './profileFile.js';
import { PROFILE_TYPES } from './profileTypes.js';
import type { ProfileType } from './profileTypes.js';

/** A profile, by the name of its type and its file. */
export interface Profile {
  readonly type: string;
  readonly file: string;
}

interface Recording {
  readonly profile: Profile;
  readonly type: ProfileType;
  readonly thread: ProfiledThread;
  readonly file: ProfileFile;
}

/** The time in which the profile of a program that ends is written, in milliseconds. It delays the end. */
const LAST_PROFILE_MS = 1_000;

/** The profiles of a program: one at a time. */
export class Profiles {
  private recording: Promise<Recording | undefined> | undefined;
  private last: Profile | undefined;

  /** @param report sends a line without line end to the user. Resolves when it is sent; never rejects */
  constructor(private readonly report: (line: string) => Promise<void>) {}

  /**
   * Begins a profile. A snapshot is complete when this resolves; the other types are written by {@link Profiles.stop}.
   *
   * @param path the absolute path of its file. Default: a new file in the directory for temporary files
   * @throws DebuggerError if the type is unknown, a profile is being recorded, or the file cannot be written
   */
  async start(thread: ProfiledThread, typeName: string, path?: string): Promise<Profile> {
    const type = PROFILE_TYPES.get(typeName);
    if (type === undefined) {
      throw new DebuggerError(`"type" is one of ${[...PROFILE_TYPES.keys()].join(', ')}; not "${typeName}"`);
    }
    if (this.recording !== undefined) {
      throw new DebuggerError('a profile is being recorded: send stopProfile first');
    }
    const file = ProfileFile.open(path, `${typeName}-${Date.now()}${type.extension}`);
    const profile = { type: typeName, file: file.path };
    this.recording = begin({ profile, type, thread, file });
    try {
      if (type.start === undefined) await this.stop();
      else await this.recording;
    } catch (thrown) {
      this.recording = undefined;
      throw thrown;
    }
    return profile;
  }

  /**
   * Ends the profile that is being recorded, and writes its file. Without one, gives the last snapshot, so that a
   * client may stop any type that it has started.
   *
   * @throws DebuggerError if there is none, its thread has ended, or its file cannot be written
   */
  async stop(): Promise<Profile> {
    const { recording, last } = this;
    if (recording === undefined) {
      if (last === undefined)
        throw new DebuggerError('no profile is being recorded: send startProfile first');
      return last;
    }
    // The next profile may begin when this one is written.
    const writing = recording.then((started) => started && write(started));
    this.recording = writing.then(() => undefined);
    try {
      this.last = await writing;
    } finally {
      this.recording = undefined;
    }
    if (this.last === undefined) throw new DebuggerError('the profile is being written already');
    return this.last;
  }

  /** Begins a CPU profile with the program, or the attach. Never rejects: the program runs in any case. */
  async startWithProgram(thread: ProfiledThread): Promise<void> {
    await this.start(thread, 'cpu').catch((thrown: unknown) =>
      this.report(`The program is not profiled: ${toError(thrown).message}`),
    );
  }

  /** Ends the profile that is being recorded, because its program or the session ends. Never rejects. */
  async end(): Promise<void> {
    const recording = await this.recording?.catch(() => undefined);
    if (recording === undefined) return;
    const { type, file } = recording;
    const outcome = this.stop().then(
      () => `The ${type.label} is in ${file.path}`,
      (thrown: unknown) => `The ${type.label} is lost: ${toError(thrown).message}`,
    );
    if (await settlesWithin(outcome, LAST_PROFILE_MS)) {
      await this.report(await outcome);
      return;
    }
    file.discard();
    await this.report(`The ${type.label} is lost: the program gave no answer in time`);
  }
}

async function begin(recording: Recording): Promise<Recording> {
  try {
    await recording.type.start?.(recording.thread);
  } catch (thrown) {
    recording.file.discard();
    throw thrown;
  }
  return recording;
}

async function write({ type, thread, file, profile }: Recording): Promise<Profile> {
  try {
    await type.write(thread, file);
    file.finish();
  } catch (thrown) {
    file.discard();
    throw thrown;
  }
  return profile;
}
