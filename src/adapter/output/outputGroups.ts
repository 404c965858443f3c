import type { ConsoleCall } from './outputSplitter.js';

/** The groups of output that the client has open. They are the program's, as far as its calls were told. */
export class OutputGroups {
  /** How deep each is in the program, the outermost first. */
  private readonly open: number[] = [];

  /**
   * Takes note of a call.
   *
   * @returns how many groups have ended before it
   */
  enter({ depth, details: { group } }: ConsoleCall): number {
    if (depth === undefined) return 0;
    const stay = this.open.filter((openDepth) => openDepth < depth);
    const ended = this.open.length - stay.length;
    this.open.splice(stay.length);
    if (group === 'start' || group === 'startCollapsed') this.open.push(depth);
    return ended;
  }
}
