import { relative } from 'node:path';
import type * as vscode from 'vscode';
import { packagePrograms } from './packagePrograms.js';
import type { PackageProgram } from './packagePrograms.js';

/** The type of this debugger in a launch.json. */
export const DEBUG_TYPE = 'debug-adapter-ipc';
/** What an editor calls the languages that can be run. JSX has to be compiled first. */
const RUNNABLE = ['javascript', 'typescript'];
const NOTHING_TO_RUN =
  'There is nothing to debug: open a JavaScript or TypeScript file, or name a "program" in launch.json.';

/** As much of the editor as the provider needs; a test gives it another. */
export type EditorWindow = Pick<typeof vscode.window, 'activeTextEditor' | 'showErrorMessage'>;

/** What the editor passes without a launch.json, whatever its types say. */
interface EmptyConfiguration {
  readonly noDebug?: boolean;
}

/**
 * Lets F5 work without a launch.json: runs the active file, or what the folder's package.json names. Configurations
 * that somebody wrote are left as they are.
 */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(private readonly window: EditorWindow) {}

  /** What the editor offers to run, without a launch.json. */
  async provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    const active = this.activeFile();
    const programs = await programsOf(folder);
    return [
      ...(active === undefined ? [] : [launchOf('Current file', { program: '${file}' })]),
      ...programs.map(({ source, ...program }) => launchOf(nameOf(source, program, folder), program)),
    ];
  }

  /** Fills in a configuration that is empty, which is how F5 without a launch.json arrives. */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration | EmptyConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (isWritten(configuration)) return configuration;
    const found = await this.whatToRun(folder);
    if (found !== undefined) return { ...found, ...startOptions(configuration) };
    void this.window.showErrorMessage(NOTHING_TO_RUN);
    // The editor then starts nothing, and says no more.
    return undefined;
  }

  private async whatToRun(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const active = this.activeFile();
    if (active !== undefined) return launchOf('Current file', { program: active });
    const [first] = await programsOf(folder);
    if (first === undefined) return undefined;
    const { source, ...program } = first;
    return launchOf(nameOf(source, program, folder), program);
  }

  /** The path of the file in the active editor, where Node.js can run it. */
  private activeFile(): string | undefined {
    const document = this.window.activeTextEditor?.document;
    if (document === undefined || !RUNNABLE.includes(document.languageId)) return undefined;
    return document.uri.scheme === 'file' ? document.uri.fsPath : undefined;
  }
}

function isWritten(
  configuration: vscode.DebugConfiguration | EmptyConfiguration,
): configuration is vscode.DebugConfiguration {
  const { type, request, name } = configuration as Partial<vscode.DebugConfiguration>;
  return Boolean(type) || Boolean(request) || Boolean(name);
}

/** "Run without debugging" comes as an empty configuration too. */
function startOptions({ noDebug }: EmptyConfiguration): { noDebug?: boolean } {
  return noDebug === true ? { noDebug } : {};
}

async function programsOf(folder: vscode.WorkspaceFolder | undefined): Promise<PackageProgram[]> {
  return folder === undefined ? [] : await packagePrograms(folder.uri.fsPath);
}

function nameOf(
  source: string,
  { program }: Pick<PackageProgram, 'program'>,
  folder: vscode.WorkspaceFolder | undefined,
): string {
  return `${source} (${relative(folder?.uri.fsPath ?? '', program)})`;
}

function launchOf(name: string, settings: Omit<PackageProgram, 'source'>): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: 'launch', name, skipFiles: ['<node_internals>/**'], ...settings };
}
