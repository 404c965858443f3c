/** The guard's program: ends a tree when the process that was to end it has gone. */
import { ProcessTree } from './processTree.js';
import { whenOrphaned } from './standby.js';
import { killAfter } from './terminationSteps.js';
import type { GuardOrder } from './treeGuard.js';

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const GRACE_MS = 1_500;

whenOrphaned((order) => {
  const { snapshot, isAsked } = order as GuardOrder;
  const tree = ProcessTree.restore(snapshot);
  for (const signal of isAsked ? [] : (['SIGCONT', 'SIGTERM'] as const)) tree.signal(signal);
  const target = {
    signal: (signal: NodeJS.Signals) => tree.signal(signal),
    isRunning: () => tree.isRunning(),
    exited: Promise.resolve(),
  };
  void killAfter(target, GRACE_MS);
});
