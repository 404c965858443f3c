import { relative } from 'node:path';
import type * as vscode from 'vscode';
import { packagePrograms } from './packagePrograms.js';
import type { PackageProgram } from './packagePrograms.js';

/** The type of this debugger in a launch.json. */
export const DEBUG_TYPE = 'debug-adapter-ipc';
/** Language ids of files that can be run. JSX must be compiled first. */
const RUNNABLE = ['javascript', 'typescript'];
const NOTHING_TO_RUN =
  'There is nothing to debug: open a JavaScript or TypeScript file, or name a "program" in launch.json.';

/** The part of the editor's API that the provider uses. Tests pass another one. */
export type EditorWindow = Pick<typeof vscode.window, 'activeTextEditor' | 'showErrorMessage'>;

/** The value that the editor passes if there is no launch.json, although its types do not allow that. */
interface EmptyConfiguration {
  readonly noDebug?: boolean;
}

/**
 * Makes F5 work without a launch.json: runs the active file, or the program that the folder's package.json
 * names. Configurations that a user has written stay unchanged.
 */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(private readonly window: EditorWindow) {}

  /** Returns the configurations that the editor offers if there is no launch.json. */
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

  /** Fills in an empty configuration, which F5 passes if there is no launch.json. */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration | EmptyConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (isUserWritten(configuration)) return configuration;
    const found = await this.findProgram(folder);
    if (found !== undefined) return { ...found, ...startOptions(configuration) };
    void this.window.showErrorMessage(NOTHING_TO_RUN);
    // The editor then starts nothing and shows no further message.
    return undefined;
  }

  private async findProgram(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const active = this.activeFile();
    if (active !== undefined) return launchOf('Current file', { program: active });
    const [first] = await programsOf(folder);
    if (first === undefined) return undefined;
    const { source, ...program } = first;
    return launchOf(nameOf(source, program, folder), program);
  }

  /** Returns the path of the file in the active editor, if Node.js can run it. */
  private activeFile(): string | undefined {
    const document = this.window.activeTextEditor?.document;
    if (document === undefined || !RUNNABLE.includes(document.languageId)) return undefined;
    return document.uri.scheme === 'file' ? document.uri.fsPath : undefined;
  }
}

function isUserWritten(
  configuration: vscode.DebugConfiguration | EmptyConfiguration,
): configuration is vscode.DebugConfiguration {
  const { type, request, name } = configuration as Partial<vscode.DebugConfiguration>;
  return Boolean(type) || Boolean(request) || Boolean(name);
}

/** Copies `noDebug`: "Run without debugging" passes an otherwise empty configuration. */
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
