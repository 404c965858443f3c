import type * as vscode from 'vscode';
import { findNode } from './findNode.js';

/** As much of the editor's module as the factory needs; a test gives it another. */
export interface EditorApi {
  readonly DebugAdapterExecutable: typeof vscode.DebugAdapterExecutable;
}

/** Settings of the factory. */
export interface AdapterFactoryOptions {
  /** The absolute path of the package's command, `bin.cjs`. */
  readonly adapter: string;
  /** The oldest Node.js that the adapter runs on, `major.minor`. */
  readonly oldestNode: string;
}

/**
 * Starts the debug adapter on a Node.js of the user's. Without this the editor would run it on its own Electron, and
 * the program that is debugged with it: the adapter starts programs on the Node.js that it runs on itself.
 */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(
    private readonly api: EditorApi,
    private readonly options: AdapterFactoryOptions,
  ) {}

  /** @throws Error with what the user has to do where there is no Node.js; the editor shows it */
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
