import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import { launcherFile } from '../launcherFile.js';
import { ownNode } from '../ownNode.js';
import { hasGroups } from '../platform.js';
import { STANDBY_ARGUMENT } from '../standby.js';

/** What is started, and with which streams. Stdin is empty. */
export interface Start {
  readonly file: string;
  readonly words: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** True: the words are the command line as it is, on Windows. */
  readonly verbatim?: boolean | undefined;
  /** What is at the descriptors from 3 on. Default: nothing. */
  readonly others?: readonly ('ignore' | 'pipe')[] | undefined;
}

/** What a holder is told to run. */
export interface HeldCommand extends Omit<Start, 'others'> {
  /** The number of descriptors that are passed on, from 3 on. */
  readonly fds: number;
}

/**
 * Starts a process that can outlive this one, as the leader of a new process group.
 *
 * On Windows, a child ends with this process unless it is `detached`, and then it has no console: each console program
 * that it starts would open a window. So a holder is started in between, which is detached and has no children but this
 * one, with a hidden console. The `ChildProcess` is the holder: it ends with the exit code of what it holds, and its
 * tree is ended with it.
 *
 * @param isHeld Default: on Windows
 */
export function startOutliving(start: Start, isHeld = !hasGroups): ChildProcess {
  const { file, words, cwd, env, verbatim = false, others = [] } = start;
  const streams: StdioOptions = ['ignore', 'pipe', 'pipe', ...others];
  // What cannot be started at all is started without a holder: the system says what is wrong.
  if (!isHeld || !isThere(file) || !isThere(cwd)) {
    const place = { cwd, env, stdio: streams, detached: hasGroups };
    return spawn(file, [...words], { ...place, windowsVerbatimArguments: verbatim, windowsHide: true });
  }
  const child = spawn(ownNode.command, [launcherFile(), STANDBY_ARGUMENT, 'holderMain'], {
    cwd: '/',
    env: ownNode.env,
    detached: true,
    stdio: ['pipe', ...streams.slice(1)],
    windowsHide: true,
  });
  const order: HeldCommand = { file, words, cwd, env, verbatim, fds: others.length };
  child.stdin?.on('error', () => undefined); // The holder has ended, or was not started, which an event reports.
  child.stdin?.end(JSON.stringify(order));
  return child;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
