import type * as vscode from 'vscode';
import { TerminalPrograms } from './terminalPrograms.js';
import type { ProgramsApi, TerminalProgramsOptions } from './terminalPrograms.js';

/** The part of the editor's API that opens debug terminals. Tests pass another one. */
export interface DebugTerminalsApi extends ProgramsApi {
  readonly window: Pick<typeof vscode.window, 'createTerminal' | 'onDidCloseTerminal'>;
  readonly ThemeIcon: typeof vscode.ThemeIcon;
}

const NAME = 'Node.js Debug Terminal';
const OPTIONS_VARIABLE = 'NODE_OPTIONS';

/**
 * Terminals in which every Node.js program is debugged. Closing a terminal ends the sessions of its programs. Without
 * the editor, or after its restart, a terminal works as any other.
 */
export class DebugTerminals {
  /** The programs of each terminal, by its variable NODE_OPTIONS. */
  private readonly open = new Map<string, TerminalPrograms>();
  private readonly subscription: { dispose(): unknown };

  /** @param programs the options for the programs, whose launcher may have to be copied first */
  constructor(
    private readonly api: DebugTerminalsApi,
    private readonly programs: () => Promise<TerminalProgramsOptions>,
  ) {
    this.subscription = api.window.onDidCloseTerminal((terminal) => void this.close(terminal));
  }

  /** Opens a terminal, and shows it. */
  async create(): Promise<vscode.Terminal> {
    const terminal = this.api.window.createTerminal(await this.options());
    terminal.show();
    return terminal;
  }

  /** Gives the options of a terminal that the editor then opens itself. */
  async options(): Promise<vscode.TerminalOptions> {
    const programs = await TerminalPrograms.open(await this.programs());
    const inherited = process.env[OPTIONS_VARIABLE];
    const nodeOptions = [programs.nodeOptions, ...(inherited ? [inherited] : [])].join(' ');
    this.open.set(nodeOptions, programs);
    return {
      name: NAME,
      iconPath: new this.api.ThemeIcon('debug'),
      env: { [OPTIONS_VARIABLE]: nodeOptions },
      // Nobody would wait for its programs after a restart of the editor.
      isTransient: true,
    };
  }

  dispose(): void {
    this.subscription.dispose();
    for (const programs of this.open.values()) void programs.close();
    this.open.clear();
  }

  private async close({ creationOptions }: vscode.Terminal): Promise<void> {
    const { env } = creationOptions as vscode.TerminalOptions;
    const nodeOptions = env?.[OPTIONS_VARIABLE] ?? '';
    const programs = this.open.get(nodeOptions);
    this.open.delete(nodeOptions);
    await programs?.close();
  }
}
