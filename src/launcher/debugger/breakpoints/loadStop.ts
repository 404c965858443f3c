import type { Debugger } from 'node:inspector';
import type { BreakableThread } from './breakpoint.js';

/**
 * Pauses a thread at the start of each script outside of packages, so that functions in the script are found
 * before they are called.
 *
 * If a function precedes all other code of a script, the inspector puts this stop into that function. A
 * script that stops there a second time is excluded.
 */
export class LoadStop {
  private inspectorId: string | undefined;
  private readonly stoppedUrls = new Set<string>();
  private readonly excludedUrls: string[] = [];
  private readonly searches = new Set<Promise<void>>();

  constructor(private readonly thread: BreakableThread) {}

  async setEnabled(isEnabled: boolean): Promise<void> {
    const { client } = this.thread;
    const { inspectorId } = this;
    this.inspectorId = undefined;
    if (inspectorId !== undefined) {
      await client.post('Debugger.removeBreakpoint', { breakpointId: inspectorId });
    }
    if (!isEnabled) return;
    const { breakpointId } = await client.post('Debugger.setBreakpointByUrl', {
      urlRegex: this.pattern(),
      lineNumber: 0,
      columnNumber: 0,
    });
    this.inspectorId = breakpointId;
  }

  /** Delays later stops until the search is done. */
  async track(search: Promise<void>): Promise<void> {
    // Fails only if the thread has ended.
    const done = search.catch(() => undefined);
    this.searches.add(done);
    await done;
    this.searches.delete(done);
  }

  /** Returns true if the pause was this stop. Resolves after all loaded scripts have been searched. */
  async isHit({ hitBreakpoints = [], callFrames }: Debugger.PausedEventDataType): Promise<boolean> {
    if (this.inspectorId === undefined || !hitBreakpoints.includes(this.inspectorId)) return false;
    while (this.searches.size > 0) await Promise.all(this.searches);
    const [topFrame] = callFrames;
    const url = topFrame === undefined ? '' : this.thread.scripts.urlOf(topFrame.location);
    if (this.stoppedUrls.has(url)) {
      this.excludedUrls.push(url);
      await this.setEnabled(true);
    }
    this.stoppedUrls.add(url);
    return true;
  }

  private pattern(): string {
    const exclusions = this.excludedUrls.map((url) => `(?!${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$)`);
    return `^(?!.*/node_modules/)${exclusions.join('')}file:`;
  }
}
