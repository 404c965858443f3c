import { Rendezvous, toError } from '../../ipc/index.js';
import type { PendingPeer } from '../../ipc/index.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import type { ChildSettings } from '../settings/childSettings.js';

/** The `type` of a configuration where the client never said one. */
const DEBUGGER_TYPE = 'debug-adapter-ipc';

/** Where the children of one program come to, and from where each is handed to a session of its own. */
export class ChildSessions {
  private constructor(
    private readonly desk: Rendezvous,
    private readonly settings: ChildSettings,
  ) {}

  /**
   * Opens a desk for the children of a program, where the client can start sessions for them.
   *
   * @returns undefined where it cannot, where they are to be left alone, or where no desk can be had
   */
  static async open(
    settings: ChildSettings | undefined,
    host: DebuggeeHost,
  ): Promise<ChildSessions | undefined> {
    if (settings === undefined || !host.clientDoes('supportsStartDebuggingRequest')) return undefined;
    try {
      const desk: Rendezvous = await Rendezvous.open({
        waitTimeoutMs: settings.timeoutMs,
        logger: host.logger,
        onHello: (child) => void startSession(desk, child, settings, host),
        onReleased: (child, reason) => explain(child, reason, host),
      });
      return new ChildSessions(desk, settings);
    } catch (error) {
      host.logger.warn(
        { err: error },
        'child processes cannot be debugged: there is no place for them to come to',
      );
      return undefined;
    }
  }

  /** The options by which our launcher learns of it. */
  get launcherOptions(): readonly string[] {
    const desk = JSON.stringify({ ...this.desk.address, timeoutMs: this.settings.timeoutMs });
    // No quotes, no blanks: a terminal's shell may stand between us and the launcher.
    return ['--child-desk', Buffer.from(desk).toString('base64url')];
  }

  /** Lets all that still wait run on, and those that are started later. Repeatable; never rejects. */
  async close(): Promise<void> {
    await this.desk.close('the session of the program that started it is over').catch(() => undefined);
  }
}

/** Asks the client for a session; its adapter comes to the desk for the child by itself. */
async function startSession(
  desk: Rendezvous,
  { id, hello }: PendingPeer,
  { timeoutMs, inherited }: ChildSettings,
  host: DebuggeeHost,
): Promise<void> {
  const configuration = {
    type: DEBUGGER_TYPE,
    ...inherited,
    name: `child: ${describe(hello)}`,
    request: 'attach',
    stopOnEntry: false,
    childSession: { id, ...desk.address },
  };
  try {
    await host.askClient('startDebugging', { request: 'attach', configuration }, timeoutMs);
  } catch (thrown) {
    desk.release(id, toError(thrown).message);
  }
}

function describe({ title, pid }: PendingPeer['hello']): string {
  return `${String(title)} [${String(pid)}]`;
}

function explain({ hello }: PendingPeer, reason: string, host: DebuggeeHost): void {
  host.logger.warn({ hello, reason }, 'a child process runs without a debugger');
  const output = `The child process ${describe(hello)} runs without a debugger: ${reason}\n`;
  host.send('output', { category: 'console', output });
}
