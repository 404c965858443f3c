import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DapClient } from '../support/dapClient.js';

/** The path of a program of test/support/fixtures/dapServers. */
export function programOf(name: string): string {
  return fileURLToPath(new URL(`fixtures/dapServers/${name}`, import.meta.url));
}

/** The line, from 1, that ends in the comment `break: NAME`. */
export function lineOf(path: string, name: string): number {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.findIndex((line) => line.endsWith(` break: ${name}`)) + 1;
}

/** The first command that runs with these arguments without an error; undefined if no command does. */
export function firstThatRuns(commands: readonly string[], args: readonly string[]): string | undefined {
  return commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0);
}

/** Describes a stop: the name and the line of the innermost frame, and the variables of its first scope. */
export async function whereStopped(client: DapClient, threadId: number) {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
    threadId,
    startFrame: 0,
    levels: 20,
  });
  const [top] = stackFrames;
  if (top === undefined) throw new Error('the stack is empty');
  const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', {
    frameId: top.id,
  });
  const locals: Record<string, string> = {};
  for (const { variablesReference } of scopes.slice(0, 1)) {
    const body = await client.request<DebugProtocol.VariablesResponse['body']>('variables', {
      variablesReference,
    });
    for (const { name, value } of body.variables) locals[name] = value;
  }
  return { frames: stackFrames, top, locals };
}
