import type * as vscode from 'vscode';
import { TerminalPrograms } from './terminalPrograms.js';
import type { ProgramsApi, TerminalProgramsOptions } from './terminalPrograms.js';

/** The part of the editor's API that attaches to programs of every terminal. Tests pass another one. */
export interface AutoAttachApi extends ProgramsApi {
  readonly window: Pick<typeof vscode.window, 'showErrorMessage' | 'showQuickPick'>;
  readonly workspace: ProgramsApi['workspace'] & Pick<typeof vscode.workspace, 'onDidChangeConfiguration'>;
}

/** Which programs of ordinary terminals are debugged. */
type AutoAttachMode = 'disabled' | 'smart' | 'always';

const SETTING = 'autoAttach';
const OPTIONS_VARIABLE = 'NODE_OPTIONS';
const MODES: Readonly<Record<AutoAttachMode, string>> = {
  disabled: 'Programs run without a debugger',
  smart: 'Debugs programs of the workspace, test runners and runtimes, but nothing else of node_modules',
  always: 'Debugs every Node.js program',
};
const PACKAGES = /[\\/]node_modules[\\/]/;
/** The packages whose programs are debugged although they are in node_modules: they run the user's code. */
const RUNNERS =
  /[\\/]node_modules[\\/](?:\.bin[\\/])?(?:ava|babel-node|@babel[\\/]node|jest|jest-cli|mocha|nodemon|tap|ts-node|ts-node-dev|tsx|vite-node|vitest)(?:$|[\\/.])/;

/** Debugs the programs of ordinary terminals, if the user has set it. */
export class AutoAttach {
  /** The mode that is in effect. */
  private mode: AutoAttachMode = 'disabled';
  private programs: TerminalPrograms | undefined;
  private last: Promise<void> = Promise.resolve();
  private readonly subscription: { dispose(): unknown };

  /**
   * @param variables the environment of all terminals
   * @param programOptions the options for the programs, whose launcher may have to be copied first
   */
  constructor(
    private readonly api: AutoAttachApi,
    private readonly variables: vscode.EnvironmentVariableCollection,
    private readonly programOptions: () => Promise<TerminalProgramsOptions>,
    private readonly type: string,
  ) {
    // Nobody waits for the programs of a terminal before this extension runs again.
    variables.persistent = false;
    variables.description = 'Debugs the Node.js programs of this terminal';
    this.subscription = api.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${type}.${SETTING}`)) void this.update();
    });
  }

  /** Does what the setting says now. Resolves when it is done; never rejects. */
  update(): Promise<void> {
    this.last = this.last
      .then(() => this.apply())
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        void this.api.window.showErrorMessage(`The programs of terminals cannot be debugged: ${reason}`);
      });
    return this.last;
  }

  /** Lets the user choose. */
  async choose(): Promise<void> {
    const choices = Object.entries(MODES).map(([label, detail]) => ({ label, detail }));
    const placeHolder = `Which programs of terminals are debugged? Now: ${this.mode}`;
    const chosen = await this.api.window.showQuickPick(choices, { placeHolder });
    // True: for this user.
    if (chosen) await this.api.workspace.getConfiguration(this.type).update(SETTING, chosen.label, true);
  }

  dispose(): void {
    this.subscription.dispose();
    void this.programs?.close();
  }

  private async apply(): Promise<void> {
    const setting: unknown = this.api.workspace.getConfiguration(this.type).get(SETTING);
    const mode = setting === 'smart' || setting === 'always' ? setting : 'disabled';
    if (mode === 'disabled') {
      this.variables.delete(OPTIONS_VARIABLE);
      await this.programs?.close();
      this.programs = undefined;
    } else if (this.programs === undefined) {
      const options = await this.programOptions();
      const isWanted = (program: string | undefined): boolean => this.isWanted(program);
      this.programs = await TerminalPrograms.open({ ...options, isWanted });
      this.variables.prepend(OPTIONS_VARIABLE, `${this.programs.nodeOptions} `);
    }
    this.mode = mode;
  }

  private isWanted(program: string | undefined): boolean {
    if (this.mode === 'always') return true;
    if (program === undefined) return false;
    if (RUNNERS.test(program)) return true;
    const isOwn = this.api.workspace.getWorkspaceFolder(this.api.Uri.file(program)) !== undefined;
    return isOwn && !PACKAGES.test(program);
  }
}
