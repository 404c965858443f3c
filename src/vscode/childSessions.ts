import type * as vscode from 'vscode';

/** The part of the editor's API that starts the sessions of child processes. Tests pass another one. */
export interface ChildSessionsApi {
  readonly debug: Pick<typeof vscode.debug, 'onDidReceiveDebugSessionCustomEvent' | 'startDebugging'>;
  readonly DebugConsoleMode: typeof vscode.DebugConsoleMode;
}

/** The body of the event by which an adapter asks for the session of a child process. */
interface ChildSessionRequest {
  readonly requestId: number;
  readonly configuration: vscode.DebugConfiguration;
  /** True if the parent runs no program itself. */
  readonly isCommand: boolean;
}

/**
 * Starts the sessions of child processes. The child logs to the debug console of its parent, and stops and restarts with
 * it. DAP's request `startDebugging` has neither: it would open one more debug console, and show that.
 *
 * @returns the subscription, to dispose of
 */
export function startChildSessions(api: ChildSessionsApi, type: string): { dispose(): unknown } {
  return api.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
    if (session.type === type && event === 'childSession') {
      void startAndReport(api, session, body as ChildSessionRequest);
    }
  });
}

async function startAndReport(
  api: ChildSessionsApi,
  parentSession: vscode.DebugSession,
  { requestId, configuration, isCommand }: ChildSessionRequest,
): Promise<void> {
  const answer = await startSession(api, parentSession, configuration, isCommand).then(
    (success) => ({ success, message: 'the editor did not start a session' }),
    (error: unknown) => ({ success: false, message: error instanceof Error ? error.message : String(error) }),
  );
  // Fails only if the parent's session has ended, which releases the child.
  await Promise.resolve(parentSession.customRequest('childSessionStarted', { requestId, ...answer })).catch(
    () => undefined,
  );
}

async function startSession(
  { debug, DebugConsoleMode }: ChildSessionsApi,
  parentSession: vscode.DebugSession,
  configuration: vscode.DebugConfiguration,
  isCommand: boolean,
): Promise<boolean> {
  return await debug.startDebugging(parentSession.workspaceFolder, configuration, {
    parentSession,
    consoleMode: DebugConsoleMode.MergeWithParent,
    lifecycleManagedByParent: true,
    // The threads of a parent that runs a program stay visible.
    compact: isCommand,
    suppressSaveBeforeStart: true,
  });
}
