import { isStillThere, signalGroupOf, signalProcess } from './processIdentity.js';
import type { ProcessIdentity } from './processIdentity.js';
import { processTable } from './listing/processTable.js';
import type { ProcessRow, ProcessTable } from './listing/procFiles.js';

/** The number of the process that every other process descends from. */
const INIT_PID = 1;

/** A tree as another process can take it over: plain data. */
export interface TreeSnapshot {
  readonly root: ProcessIdentity;
  readonly options: TreeOptions;
  /** True if the root leads a process group. */
  readonly leadsGroup: boolean;
  /** The pids and start times of the processes that are known to belong to the tree. */
  readonly known: readonly (readonly [number, number])[];
}

/** The processes that belong to a tree beside its root and the group that the root leads. */
export interface TreeOptions {
  /** False: no others. True, the default: what the root has started, and what that has started. */
  readonly withChildren?: boolean | undefined;
  /** A text in the environment of the tree's processes, by which they are found. Undefined: they are not looked for. */
  readonly marker?: string | undefined;
}

/**
 * A process with everything that it has started, also what has left its group (`setsid`) or whose parent has ended.
 * Linux and macOS only.
 *
 * A process belongs to the tree if it is in the group that the root leads, if its parent belongs to the tree, or if it
 * was started with the marker in its environment. What was found once stays known, by pid and start time, when its
 * parent ends. The processes that the root descends from never belong to it, and this process only if it is the root: it
 * is not signalled then.
 */
export class ProcessTree {
  /** The start times of the processes of the tree, by pid. */
  private readonly known = new Map<number, number>();
  private readonly excluded: ReadonlySet<number>;
  private leadsGroup: boolean;
  /** The time when the root ended, in clock ticks: no process that was started later has the root's number by then. */
  private rootEnd: number | undefined;

  constructor(
    private readonly root: ProcessIdentity,
    private readonly options: TreeOptions = {},
    private readonly table: ProcessTable = processTable,
  ) {
    this.known.set(root.pid, root.startTime);
    const others = [process.pid, INIT_PID, ...ancestorsOf(root.pid, table)];
    this.excluded = new Set(others.filter((pid) => pid !== root.pid));
    this.leadsGroup = table.readProcess(root.pid)?.group === root.pid;
  }

  /** Takes over a tree that another process has followed so far. */
  static restore({ root, options, leadsGroup, known }: TreeSnapshot): ProcessTree {
    const tree = new ProcessTree(root, options);
    tree.leadsGroup = leadsGroup;
    for (const [pid, startTime] of known) tree.known.set(pid, startTime);
    return tree;
  }

  /** Describes the tree for {@link ProcessTree.restore} in another process. */
  snapshot(): TreeSnapshot {
    const { root, options, leadsGroup, known } = this;
    return { root, options, leadsGroup, known: [...known] };
  }

  /** True if a process beside the root was found. */
  get hasOthers(): boolean {
    return [...this.known.keys()].some((pid) => pid !== this.root.pid);
  }

  /** Records that the root has just ended. */
  rootEnded(): void {
    this.rootEnd ??= this.table.now();
  }

  /** Looks for the processes of the tree that run now, so that they stay known when their parents have ended. */
  follow(): void {
    const rows = this.table.listProcesses().filter(({ pid }) => !this.excluded.has(pid));
    const startTimes = new Map(rows.map(({ pid, startTime }) => [pid, startTime]));
    for (const [pid, startTime] of this.known) {
      if (startTimes.get(pid) !== startTime) this.known.delete(pid);
    }
    const isGroupKnown = rows.some((row) => this.isKnownMember(row));
    const found = rows.filter((row) => this.isMember(row, isGroupKnown) || this.isMarked(row));
    for (const { pid, startTime } of found) this.known.set(pid, startTime);
    if (this.options.withChildren !== false) this.addChildren(rows);
  }

  /** Signals every process of the tree. Returns false if no process is left that this process may signal. */
  signal(signal: NodeJS.Signals): boolean {
    this.follow();
    const processes = [...this.known.keys()].map((pid) => this.table.readProcess(pid));
    const members = processes.filter((row) => row !== undefined && this.isKnownMember(row));
    const isGroupSignalled = members.length > 0 && signalGroupOf(this.root.pid, signal);
    const rest = isGroupSignalled ? processes.filter((row) => !members.includes(row)) : processes;
    const signalled = rest.filter((row) => row !== undefined && this.signalOne(row, signal));
    return isGroupSignalled || signalled.length > 0;
  }

  /** True while a process of the tree runs. */
  isRunning(): boolean {
    for (const [pid, startTime] of this.known) if (isStillThere({ pid, startTime }, this.table)) return true;
    this.follow();
    return this.known.size > 0;
  }

  private isKnownMember({ pid, startTime, group }: ProcessRow): boolean {
    return this.leadsGroup && group === this.root.pid && this.known.get(pid) === startTime;
  }

  /** A group lives on under its number as long as it has a member, so with one known member all are the root's. */
  private isMember({ group, startTime }: ProcessRow, isGroupKnown: boolean): boolean {
    if (!this.leadsGroup || group !== this.root.pid) return false;
    return isGroupKnown || (this.rootEnd !== undefined && startTime <= this.rootEnd);
  }

  private isMarked({ pid, startTime }: ProcessRow): boolean {
    const { marker } = this.options;
    if (marker === undefined || startTime < this.root.startTime || this.known.has(pid)) return false;
    return this.table.environmentHas(pid, marker);
  }

  private addChildren(rows: readonly ProcessRow[]): void {
    for (let before = -1; before !== this.known.size;) {
      before = this.known.size;
      for (const { pid, parent, startTime } of rows) {
        if (this.known.has(parent)) this.known.set(pid, startTime);
      }
    }
  }

  private signalOne({ pid, startTime }: ProcessRow, signal: NodeJS.Signals): boolean {
    if (this.known.get(pid) !== startTime || pid === process.pid) return false;
    const user = pid === this.root.pid ? this.root.user : undefined;
    return signalProcess({ pid, startTime, user }, signal, this.table);
  }
}

/** Lists the process's parent, the parent's parent and so on. */
function ancestorsOf(pid: number, table: ProcessTable): ReadonlySet<number> {
  const ancestors = new Set<number>();
  for (let parent = table.readProcess(pid)?.parent; parent !== undefined && parent > 0;) {
    if (ancestors.has(parent)) break;
    ancestors.add(parent);
    parent = table.readProcess(parent)?.parent;
  }
  return ancestors;
}
