import { readFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import type { DapClient } from '../../../support/dapClient.js';
import { findInPath } from '../../../../src/processes/findRuntime.js';
import { posix } from '../../../support/platform.js';
import { fixturePath } from '../sessionPair.js';

/** Python, under the name that it has on this system. */
export const PYTHON = posix ? 'python3' : 'python';

/** False on a Windows without Python, as Wine has none. */
export const hasPython = posix || findInPath(PYTHON, process.env.PATH ?? '') !== undefined;

export const INITIALIZE = { adapterID: 'test', pathFormat: 'path', supportsConnectionEvent: true };

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The path of a program of test/unit/adapter/fixtures/dapper. */
export function pythonProgram(name: string): string {
  return fixturePath(`dapper/${name}`);
}

/** The line, from 1, that has this text in it. */
export function lineWith(path: string, text: string): number {
  const at = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text));
  if (at < 0) throw new Error(`${path} has no line with ${text}`);
  return at + 1;
}

/** Launch arguments for the stand-in of a dapper launcher. @param standIn its modes, see there */
export function launchDapper(program: string, more: object = {}, standIn = ''): object {
  return {
    program: pythonProgram(program),
    launcher: { command: PYTHON, args: [fixturePath('dapperLauncher.py')], profile: 'dapper' },
    env: { STAND_IN: standIn },
    terminateTimeoutMs: 1_000,
    ...more,
  };
}

/** Fails the test at its end if the adapter has sent what dapper does not take, or has ended badly. */
export function expectNoViolation<Client extends DapClient>(client: Client): Client {
  onTestFinished(() => expect(client.output('stderr')).not.toContain('VIOLATION'));
  return client;
}

/** Starts the program, and waits for it to stop at the first line with this text. */
export async function runTo(
  client: DapClient,
  program: string,
  text: string,
  launch: object,
): Promise<number> {
  const path = pythonProgram(program);
  await client.start(launch, { [path]: [lineWith(path, text)] });
  const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
  return threadId;
}

export async function framesOf(client: DapClient, threadId: number): Promise<readonly Frame[]> {
  const { stackFrames } = await client.request<{ stackFrames: Frame[] }>('stackTrace', { threadId });
  return stackFrames;
}

/** The reference of the locals of the top frame. */
export async function localsReference(client: DapClient, threadId: number): Promise<number> {
  const [top] = await framesOf(client, threadId);
  const { scopes } = await client.request<{ scopes: { variablesReference: number }[] }>('scopes', {
    frameId: top?.id,
  });
  return scopes[0]?.variablesReference ?? 0;
}

export async function locals(client: DapClient, threadId: number): Promise<Record<string, string>> {
  const variablesReference = await localsReference(client, threadId);
  const { variables } = await client.request<{ variables: Variable[] }>('variables', { variablesReference });
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}
