import type * as vscode from 'vscode';
import { AutoAttach } from './terminal/autoAttach.js';
import type { AutoAttachApi } from './terminal/autoAttach.js';
import { DebugTerminals } from './terminal/debugTerminals.js';
import type { DebugTerminalsApi } from './terminal/debugTerminals.js';
import { keepLauncher } from './terminal/keepLauncher.js';
import type { TerminalProgramsOptions } from './terminal/terminalPrograms.js';

/** The part of the editor's API that is used for terminals. Tests pass another one. */
export type TerminalsApi = Omit<AutoAttachApi & DebugTerminalsApi, 'window'> & {
  readonly window: AutoAttachApi['window'] &
    DebugTerminalsApi['window'] &
    Pick<typeof vscode.window, 'registerTerminalProfileProvider'>;
  readonly commands: Pick<typeof vscode.commands, 'registerCommand'>;
  readonly TerminalProfile: typeof vscode.TerminalProfile;
};

/** What the extension knows of itself. */
interface TerminalsContext {
  /** The type of the sessions, which is also the prefix of commands and settings. */
  readonly type: string;
  /** The absolute path of the launcher in the extension. */
  readonly launcher: string;
  /** The folder for files that stay when the extension is updated. */
  readonly folder: string;
  /** The environment of all terminals. */
  readonly variables: vscode.EnvironmentVariableCollection;
}

/**
 * Registers what debugs the programs that are started by hand: debug terminals, and auto attach.
 *
 * @returns the subscriptions, to dispose of
 */
export function registerTerminals(
  api: TerminalsApi,
  { type, launcher, folder, variables }: TerminalsContext,
): { dispose(): unknown }[] {
  const programs = async (): Promise<TerminalProgramsOptions> => {
    return { api, type, launcher: await keepLauncher(launcher, folder) };
  };
  const terminals = new DebugTerminals(api, programs);
  const autoAttach = new AutoAttach(api, variables, programs, type);
  void autoAttach.update();
  const reported = (command: () => Promise<unknown>) => async (): Promise<void> => {
    await command().catch(
      (error: unknown) =>
        void api.window.showErrorMessage(error instanceof Error ? error.message : String(error)),
    );
  };
  return [
    terminals,
    autoAttach,
    api.commands.registerCommand(
      `${type}.openDebugTerminal`,
      reported(() => terminals.create()),
    ),
    api.commands.registerCommand(
      `${type}.toggleAutoAttach`,
      reported(() => autoAttach.choose()),
    ),
    api.window.registerTerminalProfileProvider(`${type}.debugTerminal`, {
      provideTerminalProfile: async () => new api.TerminalProfile(await terminals.options()),
    }),
  ];
}
