import type * as vscode from 'vscode';
import { AdapterFactory } from './adapterFactory.js';
import { AdapterWatch } from './adapterWatch.js';
import { cascadeTerminations } from './cascade.js';
import { startChildSessions } from './childSessions.js';
import { registerCommands } from './commands.js';
import { ConfigurationProvider, DEBUG_TYPE } from './configurationProvider.js';
import { toggleSkippedFiles } from './skippedFiles.js';
import { registerTerminals } from './registerTerminals.js';

/** The part of the extension's context that is used. */
interface Context extends Partial<
  Pick<vscode.ExtensionContext, 'environmentVariableCollection' | 'globalStorageUri'>
> {
  readonly subscriptions: { dispose(): unknown }[];
  readonly extension: { readonly packageJSON: unknown };
  asAbsolutePath(path: string): string;
}

/**
 * Registers the debugger with the editor.
 *
 * @param api the module `vscode`, which only the editor has
 */
export function register(api: typeof vscode, context: Context): void {
  const { Dynamic } = api.DebugConfigurationProviderTriggerKind;
  const factory = new AdapterFactory(api, {
    adapter: context.asAbsolutePath('dist/bin.cjs'),
    oldestNode: oldestNode(context.extension.packageJSON as { engines: { node: string } }),
  });
  const adapter = context.asAbsolutePath('dist/bin.cjs');
  const { commands } = api as Partial<typeof vscode>;
  context.subscriptions.push(
    ...(commands === undefined ? [] : registerCommands(api, adapter)),
    // For folders without a launch.json. The manifest has the initial configurations of a new launch.json.
    api.debug.registerDebugConfigurationProvider(DEBUG_TYPE, new ConfigurationProvider(api), Dynamic),
    api.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, factory),
    ...watchSessions(api),
    ...terminals(api, context),
  );
}

function terminals(api: typeof vscode, context: Context): { dispose(): unknown }[] {
  const { environmentVariableCollection: variables, globalStorageUri } = context;
  const { createTerminal } = api.window as Partial<typeof vscode.window>;
  if (createTerminal === undefined || variables === undefined || globalStorageUri === undefined) return [];
  const launcher = context.asAbsolutePath('dist/launcher/main.cjs');
  return registerTerminals(api, { type: DEBUG_TYPE, launcher, folder: globalStorageUri.fsPath, variables });
}

type BaseApi = Omit<typeof vscode, 'debug' | 'commands'> & {
  readonly debug: Partial<typeof vscode.debug>;
  readonly commands?: typeof vscode.commands;
};

/** Registers what goes beside a session. An editor that has only the base of the API does without. */
function watchSessions(api: BaseApi): { dispose(): unknown }[] {
  const { registerDebugAdapterTrackerFactory: track, startDebugging } = api.debug;
  const { onDidStartDebugSession, onDidTerminateDebugSession, stopDebugging } = api.debug;
  const { onDidReceiveDebugSessionCustomEvent } = api.debug;
  const subscriptions: { dispose(): unknown }[] = [];
  if (track !== undefined && startDebugging !== undefined) {
    const watch = new AdapterWatch({ window: api.window, debug: { startDebugging } });
    subscriptions.push(track(DEBUG_TYPE, watch));
  }
  if (onDidStartDebugSession && onDidTerminateDebugSession && stopDebugging) {
    const debug = { onDidStartDebugSession, onDidTerminateDebugSession, stopDebugging };
    subscriptions.push(...cascadeTerminations(debug, DEBUG_TYPE));
    if (api.commands !== undefined) {
      const { window, commands, Uri } = api;
      const whole = { window, commands, Uri, debug: api.debug as typeof vscode.debug };
      subscriptions.push(...toggleSkippedFiles(whole, DEBUG_TYPE));
    }
  }
  if (onDidReceiveDebugSessionCustomEvent && startDebugging) {
    const debug = { onDidReceiveDebugSessionCustomEvent, startDebugging };
    subscriptions.push(startChildSessions({ debug, DebugConsoleMode: api.DebugConsoleMode }, DEBUG_TYPE));
  }
  return subscriptions;
}

/** `20.19` of `>=20.19`. */
function oldestNode({ engines }: { engines: { node: string } }): string {
  return engines.node.replace(/^\D+/, '');
}
