import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { launcherFile } from './launcherFile.js';
import { ownNode } from './ownNode.js';

/** The programs of standby processes, which are parts of the launcher's file. Each calls {@link whenOrphaned}. */
export type StandbyProgram = 'guardMain' | 'drainMain';

/** The argument before the name of the program. src/launcher/main.cts has the same. */
export const STANDBY_ARGUMENT = 'standby';
/** The line by which a standby process learns that it is not needed. */
const DISMISSED = 'dismissed';

/**
 * A process that waits for the end of this one, however it ends, and then does something in its place, unless it was
 * dismissed before. It is in a session of its own and has nothing of this process's environment.
 */
export class Standby {
  private constructor(private readonly child: ChildProcess) {}

  /**
   * Starts the process.
   *
   * @param order what it does, as plain data
   * @param fds descriptors that it inherits, from 3 on
   * @returns undefined if no process can be started
   */
  static start(program: StandbyProgram, order: unknown, fds: readonly number[] = []): Standby | undefined {
    try {
      const child = spawn(ownNode.command, [launcherFile(), STANDBY_ARGUMENT, program], {
        cwd: '/',
        detached: true,
        env: ownNode.env,
        windowsHide: true,
        stdio: ['pipe', 'ignore', 'ignore', ...fds],
      });
      child.on('error', () => undefined); // As if it had not been started.
      child.stdin?.on('error', () => undefined);
      child.stdin?.write(`${JSON.stringify(order)}\n`);
      child.unref();
      (child.stdin as Partial<NodeJS.RefCounted> | null)?.unref?.();
      return new Standby(child);
    } catch {
      return undefined; // No room for a further process, it is not permitted, or the launcher is missing.
    }
  }

  /** Ends the process without effect. Repeatable. */
  dismiss(): void {
    this.child.stdin?.end(`${DISMISSED}\n`);
  }

  /** Has the process act now, as if this one had ended. */
  release(): void {
    this.child.stdin?.end();
  }
}

/** For the program of a standby process: calls `act` with the order when the process that gave it has ended. */
export function whenOrphaned(act: (order: unknown) => void): void {
  let received = '';
  const onEnd = (): void => {
    const [order = '', word] = received.split('\n');
    received = '';
    if (order !== '' && word !== DISMISSED) act(JSON.parse(order));
  };
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => (received += text));
  process.stdin.once('end', onEnd);
  process.stdin.once('error', onEnd);
}
