import type * as vscode from 'vscode';
import { findNode } from './findNode.js';

/** The part of the editor's API that the factory uses. Tests pass another one. */
export interface EditorApi {
  readonly DebugAdapterExecutable: typeof vscode.DebugAdapterExecutable;
}

/** Settings of the factory. */
export interface AdapterFactoryOptions {
  /** The absolute path of the package's command, `bin.cjs`. */
  readonly adapter: string;
  /** The oldest Node.js version that the adapter supports, `major.minor`. */
  readonly oldestNode: string;
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
    return new this.api.DebugAdapterExecutable(found.path, [this.options.adapter, 'adapter']);
  }
}
