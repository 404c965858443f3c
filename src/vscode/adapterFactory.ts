import type * as vscode from 'vscode';
import { findNode } from './findNode.js';
import { SpawnedAdapter } from './spawnedAdapter.js';

/** The part of the editor's API that the factory uses. Tests pass another one. */
export interface EditorApi {
  readonly DebugAdapterExecutable: typeof vscode.DebugAdapterExecutable;
  /** Runs an adapter that the extension has started. An editor with only the base of the API lacks it. */
  readonly DebugAdapterInlineImplementation?: typeof vscode.DebugAdapterInlineImplementation | undefined;
  /** Gives the user's settings. An editor with only the base of the API lacks it. */
  readonly workspace?: Pick<typeof vscode.workspace, 'getConfiguration'> | undefined;
}

/** Settings of the factory. */
export interface AdapterFactoryOptions {
  /** The absolute path of the package's command, `bin.cjs`. */
  readonly adapter: string;
  /** The oldest Node.js version that the adapter supports, `major.minor`. */
  readonly oldestNode: string;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform | undefined;
}

/**
 * Starts the debug adapter on a Node.js installed by the user. Without this factory the editor would run the
 * adapter on its own Electron, and with it the debugged program: the adapter runs programs with its own
 * executable.
 */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(
    private readonly api: EditorApi,
    private readonly options: AdapterFactoryOptions,
  ) {}

  /** @throws Error with instructions for the user if no Node.js is found; the editor shows it */
  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    const { runtimeExecutable } = session.configuration as { runtimeExecutable?: unknown };
    const found = await findNode({
      preferred: typeof runtimeExecutable === 'string' ? runtimeExecutable : undefined,
      oldest: this.options.oldestNode,
    });
    if ('problem' in found) throw new Error(found.problem);
    const env = withoutEditor(process.env);
    const args = [
      this.options.adapter,
      'adapter',
      ...(this.wantsWarmLauncher(session) ? [] : ['--no-warm-launcher']),
    ];
    const { DebugAdapterInlineImplementation: Inline } = this.api;
    if ((this.options.platform ?? process.platform) === 'win32' && Inline !== undefined) {
      return new Inline(new SpawnedAdapter(found.path, args, { ...process.env, ...env }));
    }
    return new this.api.DebugAdapterExecutable(found.path, args, { env });
  }

  /** A launcher that starts while the adapter does saves its time, where the launch can use it. */
  private wantsWarmLauncher({ configuration }: vscode.DebugSession): boolean {
    const { request, noDebug, launcher, console: where = 'internalConsole', runtimeArgs } = configuration;
    const fits =
      request === 'launch' && noDebug !== true && launcher === undefined && runtimeArgs === undefined;
    const settings = this.api.workspace?.getConfiguration('debug-adapter-ipc');
    return fits && where === 'internalConsole' && (settings?.get<boolean>('warmLauncher') ?? true);
  }
}

/** The variables by which an editor speaks to its own processes. */
const OF_THE_EDITOR = /^(?:ELECTRON_RUN_AS_NODE|VSCODE_.*)$/i;

/**
 * Gives the changes that take the editor's own variables away: with them a program would, for example, start an
 * Electron as Node.js. The editor merges the changes into its environment, where undefined removes a variable.
 */
function withoutEditor(env: NodeJS.ProcessEnv): Record<string, string> {
  const own = Object.keys(env).filter((name) => OF_THE_EDITOR.test(name));
  return Object.fromEntries(own.map((name) => [name, undefined])) as unknown as Record<string, string>;
}
