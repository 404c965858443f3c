import type * as vscode from 'vscode';
import { ConfigurationProvider } from '../../../src/vscode/configurationProvider.js';
import { register } from '../../../src/vscode/register.js';

interface OpenDocument {
  readonly path: string;
  readonly languageId: string;
  readonly scheme?: string;
}

interface Activated {
  /** Disposables that the extension has registered. */
  readonly subscriptions: { dispose(): unknown }[];
  /** Requests the adapter for a session with this configuration. */
  readonly factory: (configuration: object) => Promise<unknown>;
}

interface Editor {
  /** Error messages that were shown to the user. */
  readonly errors: string[];
  readonly window: typeof vscode.window;
  readonly provider: () => ConfigurationProvider;
  readonly workspaceFolder: (path: string) => vscode.WorkspaceFolder;
  readonly activate: (packageJSON: object) => Activated;
}

/** A stand-in for the editor, with the part of its API that the extension uses. @param document is open in it */
export function editor(document?: OpenDocument): Editor {
  const errors: string[] = [];
  const window = {
    activeTextEditor: document && {
      document: {
        languageId: document.languageId,
        uri: { scheme: document.scheme ?? 'file', fsPath: document.path },
      },
    },
    showErrorMessage: (message: string) => Promise.resolve(void errors.push(message)),
  } as unknown as typeof vscode.window;
  return {
    errors,
    window,
    provider: () => new ConfigurationProvider({ window }),
    workspaceFolder: (path) =>
      ({ uri: { fsPath: path }, name: 'folder', index: 0 }) as vscode.WorkspaceFolder,
    activate: (packageJSON) => activated(window, packageJSON),
  };
}

function activated(window: typeof vscode.window, packageJSON: object): Activated {
  const factories: vscode.DebugAdapterDescriptorFactory[] = [];
  const disposable = { dispose: () => undefined };
  const api = {
    window,
    DebugConfigurationProviderTriggerKind: { Initial: 1, Dynamic: 2 },
    DebugAdapterExecutable: class {
      constructor(
        readonly command: string,
        readonly args: readonly string[],
        readonly options: unknown,
      ) {}
    },
    debug: {
      registerDebugConfigurationProvider: () => disposable,
      registerDebugAdapterDescriptorFactory: (
        _type: string,
        factory: vscode.DebugAdapterDescriptorFactory,
      ) => {
        factories.push(factory);
        return disposable;
      },
    },
  } as unknown as typeof vscode;
  const subscriptions: { dispose(): unknown }[] = [];
  register(api, {
    subscriptions,
    extension: { packageJSON },
    asAbsolutePath: (path) => `/extension/${path}`,
  });
  const [factory] = factories;
  if (factory === undefined) throw new Error('no factory was registered');
  return {
    subscriptions,
    factory: async (configuration) =>
      await factory.createDebugAdapterDescriptor(
        { configuration } as unknown as vscode.DebugSession,
        undefined,
      ),
  };
}
