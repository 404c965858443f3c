import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** The process at the top of a tree. */
type TreeRoot = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'kill'>;

/**
 * Ends a process of Windows with all that it started: by `taskkill`, which looks for them by their parents. It has to
 * look while the parents run, so nothing else may end the process before. Without `taskkill`, the process alone ends.
 *
 * @returns settles when that has been done; never rejects
 */
export async function endWindowsTree(root: TreeRoot, program = taskkillPath()): Promise<void> {
  const { pid } = root;
  if (pid === undefined || root.exitCode !== null || root.signalCode !== null) return;
  const isDone = await runTaskkill(program, ['/PID', String(pid), '/T', '/F']);
  if (!isDone) root.kill('SIGKILL');
}

function runTaskkill(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', windowsHide: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** The system's own: a bare name could be found in the current directory first. */
function taskkillPath(): string {
  return join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'taskkill.exe');
}
