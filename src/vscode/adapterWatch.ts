import type * as vscode from 'vscode';
import { adapterEnd } from './spawnedAdapter.js';

/** The part of the editor's API that the watch uses. Tests pass another one. */
export interface WatchApi {
  readonly window: Pick<typeof vscode.window, 'showErrorMessage'>;
  readonly debug: Pick<typeof vscode.debug, 'startDebugging'>;
}

const START_AGAIN = 'Start Again';
const ATTACH_AGAIN = 'Attach Again';

/** The settings of a launch that an attach has not: what to run, and how. */
const OF_THE_LAUNCH: ReadonlySet<string> = new Set([
  ...[
    'program',
    'args',
    'cwd',
    'env',
    'envFile',
    'console',
    'stopOnEntry',
    'runtimeExecutable',
    'runtimeArgs',
  ],
  ...['runtimeVersion', 'launcher', 'ipc', 'keepRunning', 'reattachTimeoutMs', 'killBehavior', 'restart'],
  ...['autoAttachChildProcesses', 'childAttachTimeoutMs', 'preLaunchTask', 'postDebugTask', 'noDebug'],
]);

/** Tells the user when a debug adapter ends in the middle of its session, and offers the way back. */
export class AdapterWatch implements vscode.DebugAdapterTrackerFactory {
  constructor(private readonly api: WatchApi) {}

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    let isOver = false;
    let attach: object | undefined;
    const ended = (how: string): void => {
      if (isOver) return;
      isOver = true;
      void (attach === undefined ? this.report(session, how) : this.offer(session, how, attach));
    };
    return {
      onWillStopSession: () => {
        isOver = true;
      },
      // An adapter that has been left ends at once, which the editor may notice before it says that it stops the session.
      onWillReceiveMessage: (message: unknown) => {
        if (isDisconnect(message)) isOver = true;
      },
      onDidSendMessage: (message: unknown) => {
        const how = adapterEnd(message);
        if (how !== undefined) ended(how);
        if (isTerminated(message)) isOver = true;
        attach = wayBackIn(message) ?? attach;
      },
      onExit: (code, signal) => {
        ended(signal ?? (code === undefined ? 'its connection broke' : `exit code ${code}`));
      },
    };
  }

  private async report(
    { name, workspaceFolder, configuration }: vscode.DebugSession,
    how: string,
  ): Promise<void> {
    const text =
      `The debug adapter of "${name}" has ended in the middle of the session (${how}), and with it the program. ` +
      'If that happens again, "Developer: Show Logs" has what it said last.';
    const answer = await this.api.window.showErrorMessage(text, START_AGAIN);
    if (answer === START_AGAIN) await this.api.debug.startDebugging(workspaceFolder, configuration);
  }

  /** @param attach the configuration that attaches to the program, which still runs */
  private async offer(
    { name, workspaceFolder, configuration }: vscode.DebugSession,
    how: string,
    attach: object,
  ): Promise<void> {
    const text = `The debugger of "${name}" was lost (${how}). The program still runs, or stands where it was.`;
    const answer = await this.api.window.showErrorMessage(text, ATTACH_AGAIN);
    if (answer !== ATTACH_AGAIN) return;
    const kept = Object.entries(configuration).filter(([setting]) => !OF_THE_LAUNCH.has(setting));
    const again = { ...Object.fromEntries(kept), ...attach } as vscode.DebugConfiguration;
    await this.api.debug.startDebugging(workspaceFolder, again);
  }
}

function isDisconnect(message: unknown): boolean {
  const { type, command } = message as { type?: unknown; command?: unknown };
  return type === 'request' && command === 'disconnect';
}

function isTerminated(message: unknown): boolean {
  const { type, event } = message as { type?: unknown; event?: unknown };
  return type === 'event' && event === 'terminated';
}

/** The configuration that attaches to the program when this adapter is lost, if the message tells it. */
function wayBackIn(message: unknown): object | undefined {
  const { event, body } = message as { event?: unknown; body?: { data?: { attach?: unknown } } };
  const attach = event === 'output' ? body?.data?.attach : undefined;
  return typeof attach === 'object' && attach !== null ? attach : undefined;
}
