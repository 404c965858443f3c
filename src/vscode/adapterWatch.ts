import type * as vscode from 'vscode';
import { adapterEnd } from './spawnedAdapter.js';

/** The part of the editor's API that the watch uses. Tests pass another one. */
export interface WatchApi {
  readonly window: Pick<typeof vscode.window, 'showErrorMessage'>;
  readonly debug: Pick<typeof vscode.debug, 'startDebugging'>;
}

const START_AGAIN = 'Start Again';

/** Tells the user when a debug adapter ends in the middle of its session, and offers the way back. */
export class AdapterWatch implements vscode.DebugAdapterTrackerFactory {
  constructor(private readonly api: WatchApi) {}

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    let isOver = false;
    const ended = (how: string): void => {
      if (isOver) return;
      isOver = true;
      void this.report(session, how);
    };
    return {
      onWillStopSession: () => {
        isOver = true;
      },
      onDidSendMessage: (message: unknown) => {
        const how = adapterEnd(message);
        if (how !== undefined) ended(how);
        if (isTerminated(message)) isOver = true;
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
}

function isTerminated(message: unknown): boolean {
  const { type, event } = message as { type?: unknown; event?: unknown };
  return type === 'event' && event === 'terminated';
}
