import type * as vscode from 'vscode';
import { Rendezvous, toError } from '../../ipc/index.js';
import type { PendingPeer } from '../../ipc/index.js';
import childEnvironment from '../../launcher/mainThread/children/childEnvironment.cjs';

/** The part of the editor's API that debugs the programs of terminals. Tests pass another one. */
export interface ProgramsApi {
  readonly debug: Pick<
    typeof vscode.debug,
    'onDidStartDebugSession' | 'onDidTerminateDebugSession' | 'startDebugging' | 'stopDebugging'
  >;
  readonly workspace: Pick<
    typeof vscode.workspace,
    'getConfiguration' | 'getWorkspaceFolder' | 'workspaceFolders'
  >;
  readonly Uri: Pick<typeof vscode.Uri, 'file'>;
}

/** Options of `TerminalPrograms.open`. */
export interface TerminalProgramsOptions {
  readonly api: ProgramsApi;
  /** The type of the sessions, and the name of the section with the extension's settings. */
  readonly type: string;
  /** The absolute path of the launcher, which the programs load first. */
  readonly launcher: string;
  /** Decides whether a program is debugged. `program`: its file. Undefined: it is no file. Default: all are. */
  readonly isWanted?: ((program: string | undefined) => boolean) | undefined;
}

/** The time that a program waits for its session, in milliseconds. After it, the program runs without a debugger. */
const WAIT_TIMEOUT_MS = 30_000;
const NOT_WANTED = 'this program is left out';

/** The Node.js programs that are started by hand in a terminal, each of which is debugged in a session of its own. */
export class TerminalPrograms {
  private readonly sessions = new Set<vscode.DebugSession>();
  private readonly subscriptions: { dispose(): unknown }[];

  private constructor(
    private readonly rendezvous: Rendezvous,
    /** The ids of the programs that have come. */
    private readonly ids: ReadonlySet<string>,
    private readonly options: TerminalProgramsOptions,
  ) {
    const { debug } = options.api;
    this.subscriptions = [
      debug.onDidStartDebugSession((session) => {
        if (this.isOwn(session.configuration)) this.sessions.add(session);
      }),
      debug.onDidTerminateDebugSession((session) => this.sessions.delete(session)),
    ];
  }

  /**
   * Opens the rendezvous where the programs wait.
   *
   * @throws IpcError if there is no place for it
   */
  static async open(options: TerminalProgramsOptions): Promise<TerminalPrograms> {
    const ids = new Set<string>();
    const rendezvous: Rendezvous = await Rendezvous.open({
      waitTimeoutMs: WAIT_TIMEOUT_MS,
      onHello: (program) => {
        ids.add(program.id);
        void startSession(rendezvous, program, options);
      },
    });
    return new TerminalPrograms(rendezvous, ids, options);
  }

  /** The options of Node.js that make a program wait, for the variable NODE_OPTIONS. */
  get nodeOptions(): string {
    const desk = { ...this.rendezvous.address, timeoutMs: WAIT_TIMEOUT_MS };
    const invitation = { desk, parentPid: process.pid };
    return childEnvironment.requireOption({ file: this.options.launcher, invitation });
  }

  private isOwn({ childSession }: vscode.DebugConfiguration): boolean {
    return this.ids.has((childSession as { id?: string } | undefined)?.id ?? '');
  }

  /** Ends the sessions with their programs. Programs that are started later run without a debugger. */
  async close(): Promise<void> {
    for (const subscription of this.subscriptions) subscription.dispose();
    await this.rendezvous.close('the terminal was closed').catch(() => undefined);
    // Fails only for a session that ends by itself.
    await Promise.allSettled(
      [...this.sessions].map((session) => this.options.api.debug.stopDebugging(session)),
    );
  }
}

async function startSession(
  rendezvous: Rendezvous,
  { id, hello }: PendingPeer,
  { api, type, isWanted = () => true }: TerminalProgramsOptions,
): Promise<void> {
  const program = typeof hello.program === 'string' ? hello.program : undefined;
  if (!isWanted(program)) {
    rendezvous.release(id, NOT_WANTED);
    return;
  }
  const folder = folderOf(api, program);
  const configuration: vscode.DebugConfiguration = {
    skipFiles: ['<node_internals>/**'],
    ...api.workspace.getConfiguration(type, folder?.uri).get<object>('terminalOptions'),
    type,
    request: 'attach',
    name: `${String(hello.title)} [${String(hello.pid)}]`,
    // The program's output is in the terminal.
    internalConsoleOptions: 'neverOpen',
    childSession: { id, ...rendezvous.address },
  };
  try {
    if (await api.debug.startDebugging(folder, configuration)) return;
    rendezvous.release(id, 'the editor did not start a session');
  } catch (error) {
    rendezvous.release(id, toError(error).message);
  }
}

/** The folder of the workspace that has the program, or else the first. */
function folderOf(
  { workspace, Uri }: ProgramsApi,
  program: string | undefined,
): vscode.WorkspaceFolder | undefined {
  const own = program === undefined ? undefined : workspace.getWorkspaceFolder(Uri.file(program));
  return own ?? workspace.workspaceFolders?.[0];
}
