import type { ProgramEnding } from '../link/debuggedProgram.js';
import { hasGroups } from '../../processes/platform.js';
import { readProcess } from '../../processes/listing/procFiles.js';
import { ProcessTree } from '../../processes/processTree.js';
import { endByGuard } from '../../processes/treeGuard.js';
import { endWindowsTree } from '../../processes/windowsTree.js';

/** Time between SIGTERM and SIGKILL, in milliseconds. */
const GRACE_MS = 1_500;
/** Time that the guard has longer than that before this process ends itself, in milliseconds. */
const GUARD_MARGIN_MS = 1_000;

/**
 * Ends the program that this process runs, from the worker. The main thread may be in an endless loop, so
 * only signals reach it. Repeated calls do nothing.
 */
export class ProgramTermination implements ProgramEnding {
  private requested = false;
  private forced = false;

  /** @param marker a text in the environment of what the program starts. Undefined: no such text */
  constructor(private readonly marker: string | undefined) {}

  /** True once the end of the program has been requested. */
  get isRequested(): boolean {
    return this.requested;
  }

  /** Requests the end of the program by SIGTERM, which the program may handle. */
  request(): void {
    if (this.requested) return;
    this.requested = true;
    process.kill(process.pid, 'SIGTERM');
  }

  /**
   * Ends the program and all processes that it started: SIGTERM, unless the program got that before, and SIGKILL after
   * {@link GRACE_MS}. Another process sends the SIGKILL, because this one may end at the first signal. Where the system
   * does not list processes, this one does it, for its process group.
   */
  enforce(): void {
    if (this.forced) return;
    this.forced = true;
    const isGuarded = endOthers(this.marker);
    if (!hasGroups) {
      // Of what the program started through a shell, Windows ends nothing with the program.
      void endWindowsTree({ pid: process.pid, exitCode: null, signalCode: null, kill: killThis });
    } else if (!this.requested) {
      this.requested = true;
      if (isGuarded) process.kill(process.pid, 'SIGTERM');
      else killGroup('SIGTERM');
    }
    setTimeout(killGroup, isGuarded ? GRACE_MS + GUARD_MARGIN_MS : GRACE_MS, 'SIGKILL');
  }

  /** Ends the process at once. */
  kill(): void {
    process.kill(process.pid, 'SIGKILL');
  }
}

/**
 * Asks all that this process started to end, and has a guard kill what is left, this process included.
 *
 * @returns false if that is not possible here
 */
function endOthers(marker: string | undefined): boolean {
  const root = readProcess(process.pid);
  if (root === undefined) return false;
  const tree = new ProcessTree({ pid: root.pid, startTime: root.startTime }, { marker });
  tree.signal('SIGTERM');
  return endByGuard(tree);
}

function killThis(signal?: NodeJS.Signals | number): boolean {
  return process.kill(process.pid, signal);
}

/** Sends a signal to the process group, which contains the processes that the program started. */
function killGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-process.pid, signal);
  } catch {
    // This process does not lead a group, or this is Windows, which has no process groups.
    process.kill(process.pid, signal);
  }
}
