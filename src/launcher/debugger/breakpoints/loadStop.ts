import type { Debugger } from 'node:inspector';
import type { BreakableThread } from './breakpoint.js';

/**
 * Stops a thread in every script of the person's own as early as can be, so that what is looked for in it is found
 * before it is called. Where a function stands before all other code, that stop is in this function, and a script
 * that has stopped there before is left out from then on.
 */
export class LoadStop {
  private inspectorId: string | undefined;
  private readonly seen = new Set<string>();
  private readonly leftOut: string[] = [];
  private readonly searches = new Set<Promise<void>>();

  constructor(private readonly thread: BreakableThread) {}

  async set(isWanted: boolean): Promise<void> {
    const { client } = this.thread;
    const { inspectorId } = this;
    this.inspectorId = undefined;
    if (inspectorId !== undefined) {
      await client.post('Debugger.removeBreakpoint', { breakpointId: inspectorId });
    }
    if (!isWanted) return;
    const { breakpointId } = await client.post('Debugger.setBreakpointByUrl', {
      urlRegex: this.pattern(),
      lineNumber: 0,
      columnNumber: 0,
    });
    this.inspectorId = breakpointId;
  }

  /** Has a later stop wait for this search. */
  async during(search: Promise<void>): Promise<void> {
    // Fails only where the thread has ended.
    const done = search.catch(() => undefined);
    this.searches.add(done);
    await done;
    this.searches.delete(done);
  }

  /** @returns whether the pause was this stop, when all that is loaded has been searched */
  async settle({ hitBreakpoints = [], callFrames }: Debugger.PausedEventDataType): Promise<boolean> {
    if (this.inspectorId === undefined || !hitBreakpoints.includes(this.inspectorId)) return false;
    while (this.searches.size > 0) await Promise.all(this.searches);
    const [top] = callFrames;
    const url = top === undefined ? '' : this.thread.scripts.urlOf(top.location);
    if (this.seen.has(url)) {
      this.leftOut.push(url);
      await this.set(true);
    }
    this.seen.add(url);
    return true;
  }

  private pattern(): string {
    const leftOut = this.leftOut.map((url) => `(?!${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$)`);
    return `^(?!.*/node_modules/)${leftOut.join('')}file:`;
  }
}
