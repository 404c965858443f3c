import type { ConsoleCall } from './pieces.js';

/** The groups of output that are open at the client, according to the program's console calls so far. */
export class OutputGroups {
  /** The depth of each open group in the program, the outermost first. */
  private readonly open: number[] = [];

  /** Records a call. Returns the number of groups that have ended before the call. */
  record({ depth, details: { group } }: ConsoleCall): number {
    if (depth === undefined) return 0;
    const remaining = this.open.filter((openDepth) => openDepth < depth);
    const ended = this.open.length - remaining.length;
    this.open.splice(remaining.length);
    if (group === 'start' || group === 'startCollapsed') this.open.push(depth);
    return ended;
  }
}
