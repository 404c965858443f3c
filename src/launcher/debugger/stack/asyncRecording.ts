import { readFileSync } from 'node:fs';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { isInPackage, pathOfUrl } from '../sources/script.js';

/** A thread whose asynchronous calls V8 can record. */
export interface RecordedThread {
  readonly client: InspectorClient;
  prepareAsyncStacks(): Promise<void>;
  enableAsyncStacks(): Promise<void>;
}

/** Matches a `debugger` statement. The main thread's side, debuggerStatements.cts, has the same. */
const STATEMENT = /(?:^|[\s;{}):])debugger[ \t]*(?:[;}\r\n]|$)/;

/**
 * The recording of asynchronous calls in all threads, from which async stacks are made. It slows down a program that mainly
 * awaits by a large factor, so it begins when a stop is to be expected: a breakpoint is set, the program has stopped, or a
 * script with a `debugger` statement is about to run.
 */
export class AsyncRecording {
  private isWanted = true;
  private isEnabled = false;

  /**
   * @param threads returns the threads of the program
   * @param statementsMatter receives if scripts with a `debugger` statement must be announced before they run
   */
  constructor(
    private readonly threads: () => Iterable<RecordedThread>,
    private readonly statementsMatter: (isWanted: boolean) => void,
  ) {}

  /** Applies the setting. Must be called before the program starts. */
  configure(isWanted: boolean): void {
    this.isWanted = isWanted;
    this.announceStatements();
  }

  /** Prepares a thread that has not run anything, so that recording can begin while it runs. */
  async prepare(thread: RecordedThread): Promise<void> {
    if (this.isWanted) await thread.prepareAsyncStacks();
  }

  /** Begins recording in all threads, if the settings include async stacks. Idempotent. */
  begin(): void {
    if (!this.isWanted) return;
    this.isEnabled = true;
    this.announceStatements();
    for (const thread of this.threads()) begin(thread);
  }

  /**
   * Adds a worker thread. A worker waits for its first file to be read, but not for others.
   *
   * @param url the worker's first file
   * @param isWaiting true if the worker has not run anything
   */
  async addWorker(thread: RecordedThread, url: string, isWaiting: boolean): Promise<void> {
    if (isWaiting) await this.prepare(thread);
    if (this.isEnabled) begin(thread);
    else this.readScript(url);
    thread.client.on('Debugger.scriptParsed', (script) => this.readScript(script.url));
  }

  private readScript(url: string): void {
    if (this.isWanted && !this.isEnabled && hasStatement(url)) this.begin();
  }

  private announceStatements(): void {
    this.statementsMatter(this.isWanted && !this.isEnabled);
  }
}

function begin(thread: RecordedThread): void {
  // Fails only if the thread has ended.
  thread.enableAsyncStacks().catch(() => undefined);
}

/** True if a script of the user's own has a `debugger` statement in its file. */
function hasStatement(url: string): boolean {
  const path = isInPackage(url) ? undefined : pathOfUrl(url);
  if (path === undefined) return false;
  try {
    return STATEMENT.test(readFileSync(path, 'utf8'));
  } catch {
    return false; // The script has no file.
  }
}
