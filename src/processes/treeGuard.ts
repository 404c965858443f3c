import type { ProcessTree, TreeSnapshot } from './processTree.js';
import { Standby } from './standby.js';

/** The order to a guard. */
export interface GuardOrder {
  readonly snapshot: TreeSnapshot;
  /** True if the processes of the tree have got SIGTERM already. */
  readonly isAsked: boolean;
}

/**
 * The guard of a tree's end: a process that ends the tree if this process is killed before it has done so itself. It
 * costs a process, so it is started when the end begins, and only if the tree has more than its root: the launcher
 * ends its own process.
 */
export class TreeGuard {
  private standby: Standby | undefined;

  constructor(private readonly tree: ProcessTree) {}

  /** Looks for the processes of the tree, and starts the guard if there are any beside the root. Repeatable. */
  begin(): void {
    this.tree.follow();
    if (this.tree.hasOthers) this.standby ??= startGuard(this.tree, false);
  }

  /** The tree's end is complete, or not wanted any more. Repeatable. */
  dismiss(): void {
    this.standby?.dismiss();
    this.standby = undefined;
  }
}

/**
 * Has another process kill what is left of the tree after a while. For a process that belongs to the tree itself, and
 * has sent SIGTERM to all of it.
 *
 * @returns false if no process can be started
 */
export function endByGuard(tree: ProcessTree): boolean {
  const standby = startGuard(tree, true);
  standby?.release();
  return standby !== undefined;
}

function startGuard(tree: ProcessTree, isAsked: boolean): Standby | undefined {
  const order: GuardOrder = { snapshot: tree.snapshot(), isAsked };
  return Standby.start('guardMain', order);
}
