import type * as vscode from 'vscode';
import { ConfigurationProvider } from '../../../src/vscode/configurationProvider.js';
import { register } from '../../../src/vscode/register.js';

interface OpenDocument {
  readonly path: string;
  readonly languageId: string;
  readonly scheme?: string;
}

interface Activated {
  /** What the extension has asked to be disposed of. */
  readonly subscriptions: { dispose(): unknown }[];
  /** Asks for the adapter of a session with this configuration. */
  readonly factory: (configuration: object) => Promise<unknown>;
}

interface Editor {
  /** What was shown to the user as an error. */
  readonly errors: string[];
  readonly provider: () => ConfigurationProvider;
  readonly workspaceFolder: (path: string) => vscode.WorkspaceFolder;
  readonly activate: (packageJSON: object) => Activated;
}

/** An editor as far as the extension sees it, which records what it is told; `document` is open in it. */
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
    provider: () => new ConfigurationProvider(window),
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
