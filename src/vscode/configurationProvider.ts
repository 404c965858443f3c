import { dirname, isAbsolute, relative, sep } from 'node:path';
import type * as vscode from 'vscode';
import { packagePrograms, packageScripts } from './packagePrograms.js';
import type { PackageProgram, PackageScript } from './packagePrograms.js';

/** The type of this debugger in a launch.json. */
export const DEBUG_TYPE = 'debug-adapter-ipc';
/** Language ids of files that can be run. JSX must be compiled first. */
const RUNNABLE = ['javascript', 'typescript'];
const NOTHING_TO_RUN =
  'There is nothing to debug: open a JavaScript or TypeScript file, or name a "program" in launch.json.';

/** Makes the adapter ask the extension for the sessions of child processes, not the editor. See childSessions.ts. */
const CHILD_SESSIONS = { __childSessionsByEvent: true };

/** The part of the editor's API that the provider uses. Tests pass another one. */
export interface ProviderApi {
  readonly window: Pick<typeof vscode.window, 'activeTextEditor' | 'showErrorMessage'>;
  readonly workspace?: Pick<typeof vscode.workspace, 'workspaceFolders'>;
}

/** The value that the editor passes if there is no launch.json, although its types do not allow that. */
interface EmptyConfiguration {
  readonly noDebug?: boolean;
}

/** The settings of a launch that the provider reads. */
interface LaunchSettings {
  readonly program?: string;
  readonly cwd?: string | null;
  readonly console?: string;
  readonly internalConsoleOptions?: string;
}

/**
 * Makes F5 work without a launch.json: runs the active file, or the program that the folder's package.json
 * names. Fills in what a launch configuration leaves out and the editor alone knows: the working directory.
 */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(private readonly api: ProviderApi) {}

  /** Returns the configurations that the editor offers if there is no launch.json. */
  async provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    const active = this.activeFile();
    // The editor asks for each folder, and the file runs in its own.
    const isOffered =
      active !== undefined && (folder === undefined || isIn(folder, active) || !this.hasFolderOf(active));
    const programs = await programsOf(folder);
    const scripts = folder === undefined ? [] : await packageScripts(folder.uri.fsPath);
    return [
      ...(isOffered ? [launchOf('Current file', { program: '${file}' })] : []),
      ...programs.map(({ source, ...program }) => launchOf(nameOf(source, program, folder), program)),
      ...scripts.map(launchOfScript),
    ];
  }

  /** Fills in an empty configuration, which F5 passes if there is no launch.json. */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration | EmptyConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (isUserWritten(configuration)) return this.completed(configuration, folder);
    const found = await this.findProgram(folder);
    if (found !== undefined) return this.completed({ ...found, ...startOptions(configuration) }, folder);
    void this.api.window.showErrorMessage(NOTHING_TO_RUN);
    // The editor then starts nothing and shows no further message.
    return undefined;
  }

  /** Adds what only the adapter reads, to the configuration of every session. The paths have no variables any more. */
  resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    return { ...this.completed(configuration, folder), ...CHILD_SESSIONS };
  }

  /** Fills in what a launch leaves out. Other configurations stay as they are. */
  private completed(
    configuration: vscode.DebugConfiguration,
    folder: vscode.WorkspaceFolder | undefined,
  ): vscode.DebugConfiguration {
    if (configuration.request !== 'launch') return configuration;
    const { cwd, console, internalConsoleOptions } = configuration as LaunchSettings;
    const directory = cwd ? cwd : this.workingDirectory(configuration as LaunchSettings, folder);
    const isInTerminal = console === 'integratedTerminal' || console === 'externalTerminal';
    return {
      ...configuration,
      ...(directory !== undefined && { cwd: directory }),
      // The debug console would open over the terminal.
      ...(isInTerminal && { internalConsoleOptions: internalConsoleOptions ?? 'neverOpen' }),
    };
  }

  /** The folder of the workspace, or without one, the folder of the program. Undefined if it is not known, or not yet. */
  private workingDirectory(
    { program }: LaunchSettings,
    folder: vscode.WorkspaceFolder | undefined,
  ): string | undefined {
    const isActive = program === '${file}';
    // With other variables, the program's folder is not known before the editor has filled them in.
    if (folder === undefined && !isActive && program?.includes('${') === true) return undefined;
    const found = folder ?? this.folderOf(isActive ? this.activeFile() : program);
    if (found !== undefined) return found.uri.fsPath;
    if (isActive) return '${fileDirname}';
    return program !== undefined && isAbsolute(program) ? dirname(program) : undefined;
  }

  /** The folder of the workspace that has the program, or else the first. */
  private folderOf(program: string | undefined): vscode.WorkspaceFolder | undefined {
    const folders = this.api.workspace?.workspaceFolders ?? [];
    const own = folders.find((folder) => program !== undefined && isIn(folder, program));
    return own ?? folders[0];
  }

  private hasFolderOf(file: string): boolean {
    return (this.api.workspace?.workspaceFolders ?? []).some((folder) => isIn(folder, file));
  }

  private async findProgram(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const active = this.activeFile();
    if (active !== undefined) return launchOf('Current file', { program: active });
    const [first] = await programsOf(folder);
    if (first !== undefined) {
      const { source, ...program } = first;
      return launchOf(nameOf(source, program, folder), program);
    }
    const scripts = folder === undefined ? [] : await packageScripts(folder.uri.fsPath);
    const start = scripts.find(({ script }) => script === 'start');
    return start && launchOfScript(start);
  }

  /** Returns the path of the file in the active editor, if Node.js can run it. */
  private activeFile(): string | undefined {
    const document = this.api.window.activeTextEditor?.document;
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

/** True if an absolute path is in a folder. */
function isIn({ uri }: vscode.WorkspaceFolder, path: string): boolean {
  if (!isAbsolute(path)) return false;
  const way = relative(uri.fsPath, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function launchOfScript({ script, ...settings }: PackageScript): vscode.DebugConfiguration {
  return launchOf(`Run Script: ${script}`, settings);
}

function launchOf(
  name: string,
  settings: Omit<PackageProgram, 'source'> | Omit<PackageScript, 'script'>,
): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: 'launch', name, skipFiles: ['<node_internals>/**'], ...settings };
}
