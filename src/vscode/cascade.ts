import type * as vscode from 'vscode';

/** The part of the editor's API that the cascade uses. Tests pass another one. */
export type CascadeApi = Pick<
  typeof vscode.debug,
  'onDidStartDebugSession' | 'onDidTerminateDebugSession' | 'stopDebugging'
>;

/**
 * Ends the sessions that a configuration names in `cascadeTerminateToConfigurations` when its own session ends.
 *
 * @returns the subscriptions, to dispose of
 */
export function cascadeTerminations(debug: CascadeApi, type: string): { dispose(): unknown }[] {
  const running = new Set<vscode.DebugSession>();
  return [
    debug.onDidStartDebugSession((session) => running.add(session)),
    debug.onDidTerminateDebugSession((session) => {
      running.delete(session);
      if (session.type !== type) return;
      const names = namesIn(session.configuration);
      const others = [...running].filter(({ configuration }) => names.includes(configuration.name));
      for (const other of others) void debug.stopDebugging(other);
    }),
  ];
}

function namesIn({ cascadeTerminateToConfigurations: names }: vscode.DebugConfiguration): readonly unknown[] {
  return Array.isArray(names) ? names : [];
}
