import type * as vscode from 'vscode';

/** The part of the editor's API that toggling uses. Tests pass another one. */
export interface SkippedFilesApi {
  readonly window: Pick<typeof vscode.window, 'activeTextEditor' | 'showErrorMessage'>;
  readonly debug: Pick<
    typeof vscode.debug,
    'activeDebugSession' | 'onDidStartDebugSession' | 'onDidTerminateDebugSession'
  >;
  readonly commands: Pick<typeof vscode.commands, 'registerCommand'>;
  readonly Uri: Pick<typeof vscode.Uri, 'parse'>;
}

const NO_SESSION = 'There is no debug session of debug-adapter-ipc whose stepping could skip a file.';
const NO_FILE = 'Choose a frame of the call stack, or open the file that stepping is to skip.';
/** The URIs of files, here or where the extension runs. */
const FILE_URI = /^(?:file|vscode-remote):/;

/**
 * Registers the command that makes stepping skip a file, or no longer: in the active session, and then in the others
 * of this debugger that run.
 *
 * @returns the subscriptions, to dispose of
 */
export function toggleSkippedFiles(api: SkippedFilesApi, type: string): { dispose(): unknown }[] {
  const running = new Set<vscode.DebugSession>();
  const { debug, commands, window } = api;
  return [
    debug.onDidStartDebugSession((session) => running.add(session)),
    debug.onDidTerminateDebugSession((session) => running.delete(session)),
    commands.registerCommand(`${type}.toggleSkippingFile`, async (frame: unknown) => {
      const active = debug.activeDebugSession;
      const path = pathOf(frame, api);
      if (active?.type !== type || path === undefined) {
        void window.showErrorMessage(active?.type === type ? NO_FILE : NO_SESSION);
        return;
      }
      try {
        const others = [...running].filter((session) => session.type === type && session !== active);
        await toggle(active, others, { path });
      } catch (error) {
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    }),
  ];
}

async function toggle(
  active: vscode.DebugSession,
  others: readonly vscode.DebugSession[],
  source: { readonly path: string },
): Promise<void> {
  const answer: unknown = await active.customRequest('toggleSkipFileStatus', { source });
  const { skipped: skip } = answer as { skipped: boolean };
  // Fails for sessions that end.
  await Promise.allSettled(
    others.map((session) => session.customRequest('toggleSkipFileStatus', { source, skip })),
  );
}

/** The path of the frame's source, as the editor passes it to commands. Without a frame: of the file that is open. */
function pathOf(frame: unknown, { window, Uri }: SkippedFilesApi): string | undefined {
  if (typeof frame === 'string') return FILE_URI.test(frame) ? Uri.parse(frame).fsPath : frame;
  const uri = window.activeTextEditor?.document.uri;
  return uri?.scheme === 'debug' ? uri.path : uri?.fsPath;
}
