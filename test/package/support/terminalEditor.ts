import type * as vscode from 'vscode';
import { registerTerminals } from '../../../src/vscode/registerTerminals.js';
import type { TerminalsApi } from '../../../src/vscode/registerTerminals.js';
import { launcherFile } from '../../../src/processes/launcherFile.js';
import type { DapClient } from '../../support/dapClient.js';
import { STARTS_SESSIONS } from '../../features/support/sessionTree.js';

/** A session that the extension has started. */
export interface StartedSession {
  readonly session: vscode.DebugSession;
  readonly folder: vscode.WorkspaceFolder | undefined;
  readonly client: DapClient;
}

/** A terminal as far as the extension sees it. */
export interface OpenTerminal {
  readonly creationOptions: vscode.TerminalOptions;
  /** What the terminal adds to the environment of its programs. */
  readonly env: Readonly<Record<string, string>>;
}

interface Options {
  /** The file of the launcher's copies. */
  readonly folder: string;
  readonly newClient: () => DapClient;
  /** Lines of breakpoints by file, for every session. */
  readonly breakpoints?: Record<string, number[]>;
  readonly settings?: Record<string, unknown>;
  /** The path of the only folder of the workspace. */
  readonly workspace?: string;
  /** What the user takes of a list, by its label. */
  readonly choose?: string;
  /** False: the editor starts no session. */
  readonly starts?: boolean;
}

interface Emitter<T> {
  readonly on: (listener: (value: T) => unknown) => { dispose(): void };
  readonly emit: (value: T) => void;
}

function emitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => unknown>();
  return {
    on: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    emit: (value) => listeners.forEach((listener) => listener(value)),
  };
}

/** A stand-in for an editor that has terminals, whose sessions are real. */
export class TerminalEditor {
  readonly started: StartedSession[] = [];
  readonly errors: string[] = [];
  readonly settings: Record<string, unknown>;
  /** What the extension adds to the environment of every terminal. */
  readonly prepended = new Map<string, string>();
  private readonly terminals = emitter<OpenTerminal>();
  private readonly settingChanges = emitter<vscode.ConfigurationChangeEvent>();
  private readonly begun = emitter<vscode.DebugSession>();
  private readonly ended = emitter<vscode.DebugSession>();
  private readonly commands = new Map<string, () => Promise<void>>();
  private readonly created: OpenTerminal[] = [];
  private readonly subscriptions: { dispose(): unknown }[];
  private profile: vscode.TerminalProfileProvider | undefined;

  constructor(private readonly options: Options) {
    this.settings = { ...options.settings };
    this.subscriptions = registerTerminals(this.api, {
      type: 'debug-adapter-ipc',
      launcher: launcherFile(),
      folder: options.folder,
      variables: {
        prepend: (name: string, value: string) => this.prepended.set(name, value),
        delete: (name: string) => this.prepended.delete(name),
      } as unknown as vscode.EnvironmentVariableCollection,
    });
  }

  async run(command: string): Promise<void> {
    await this.commands.get(`debug-adapter-ipc.${command}`)?.();
  }

  /** Opens a terminal by the command, or as a profile in the editor's menu. */
  async openTerminal(how: 'command' | 'profile' = 'command'): Promise<OpenTerminal> {
    if (how === 'command') {
      await this.run('openDebugTerminal');
    } else {
      const token = {} as vscode.CancellationToken;
      const made = (await this.profile?.provideTerminalProfile(token)) as unknown as OpenTerminal;
      this.created.push(made);
    }
    const terminal = this.created.at(-1);
    if (terminal === undefined) throw new Error(`no terminal was opened: ${this.errors.join()}`);
    return terminal;
  }

  close(terminal: OpenTerminal): void {
    this.terminals.emit(terminal);
  }

  set(name: string, value: unknown): void {
    this.settings[name] = value;
    this.settingChanges.emit({ affectsConfiguration: (one) => one === `debug-adapter-ipc.${name}` });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private get api(): TerminalsApi {
    const disposable = { dispose: (): void => undefined };
    const { workspace = '/nowhere' } = this.options;
    const folder = { uri: { fsPath: workspace }, name: 'folder', index: 0 };
    const terminalOf = (creationOptions: vscode.TerminalOptions): OpenTerminal => {
      return { creationOptions, env: creationOptions.env as Record<string, string> };
    };
    return {
      window: {
        createTerminal: (creationOptions: vscode.TerminalOptions) => {
          this.created.push(terminalOf(creationOptions));
          return { show: () => undefined };
        },
        onDidCloseTerminal: this.terminals.on,
        registerTerminalProfileProvider: (_id: string, provider: vscode.TerminalProfileProvider) => {
          this.profile = provider;
          return disposable;
        },
        showErrorMessage: (text: string) => Promise.resolve(void this.errors.push(text)),
        showQuickPick: (choices: { label: string }[]) =>
          Promise.resolve(choices.find(({ label }) => label === this.options.choose)),
      },
      debug: {
        onDidStartDebugSession: this.begun.on,
        onDidTerminateDebugSession: this.ended.on,
        startDebugging: (at: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration) =>
          this.start(at, configuration),
        stopDebugging: async (session: vscode.DebugSession) => {
          const found = this.started.find((one) => one.session === session);
          // Fails for a session that has ended by itself.
          await found?.client.request('disconnect').catch(() => undefined);
          this.ended.emit(session);
        },
      },
      workspace: {
        workspaceFolders: [folder],
        getWorkspaceFolder: ({ fsPath }: vscode.Uri) => (fsPath.startsWith(workspace) ? folder : undefined),
        onDidChangeConfiguration: this.settingChanges.on,
        getConfiguration: () => ({
          get: (name: string) => this.settings[name],
          update: (name: string, value: unknown) => Promise.resolve(this.set(name, value)),
        }),
      },
      commands: {
        registerCommand: (name: string, command: () => Promise<void>) => {
          this.commands.set(name, command);
          return disposable;
        },
      },
      Uri: { file: (fsPath: string) => ({ fsPath }) },
      ThemeIcon: class {},
      TerminalProfile: function (creationOptions: vscode.TerminalOptions) {
        return terminalOf(creationOptions);
      },
    } as unknown as TerminalsApi;
  }

  private async start(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<boolean> {
    if (this.options.starts === false) return false;
    const client = this.options.newClient();
    const session = { name: configuration.name, configuration } as unknown as vscode.DebugSession;
    this.started.push({ session, folder, client });
    const { breakpoints = {} } = this.options;
    await client.start(configuration, breakpoints, { request: 'attach', ...STARTS_SESSIONS });
    this.begun.emit(session);
    return true;
  }
}
